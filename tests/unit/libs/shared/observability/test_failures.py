"""The description of a failure is sufficient to act on, and contains no name, address or value."""

import asyncio
import json
import socket
import ssl

import pytest

from libs.shared.base.tellable import SetUpFault
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.observability.failures import describe_failure, sentence_of


def test_the_words_of_a_set_up_fault_are_kept_and_those_of_others_are_not() -> None:
    assert describe_failure(SetUpFault("X is not set"))["message"] == "X is not set"
    assert "message" not in describe_failure(ValueError("Canary"))
    assert "X is not set" in sentence_of(SetUpFault("X is not set"))
    assert "Canary" not in sentence_of(ValueError("Canary"))


async def test_a_host_that_is_not_resolved_is_told_without_its_name() -> None:
    with pytest.raises(socket.gaierror) as caught:
        await asyncio.get_running_loop().getaddrinfo("no-such-host.invalid", 1)
    described = describe_failure(caught.value)
    assert "Unknown error" not in described["message"]
    assert "no-such-host" not in json.dumps(described)


def test_a_certificate_for_another_name_is_told_without_the_name() -> None:
    failure = ssl.SSLCertVerificationError(1, "x")
    failure.reason, failure.verify_code = "CERTIFICATE_VERIFY_FAILED", 62
    failure.verify_message = "Hostname mismatch, certificate is not valid for 'canary.example'."
    described = describe_failure(failure)
    assert described["message"] == "CERTIFICATE_VERIFY_FAILED: the certificate is for another name"


def test_an_exception_that_wraps_another_as_its_argument_tells_of_it() -> None:
    assert describe_failure(RuntimeError(ConnectionRefusedError(111, "x")))["cause"]["message"] == "Connection refused"


@pytest.mark.parametrize("option", ["ssl_cafile", "ssl_certfile"])
def test_a_certificate_file_of_kafka_that_is_not_there_is_named_by_its_option(option: str) -> None:
    address = KafkaAddress.parse(f"kafka://a:9092?security_protocol=SSL&{option}=/nowhere/ca.crt")
    with pytest.raises(LogUnavailable, match=option) as caught:
        address.client()
    assert "/nowhere" not in str(caught.value)


def test_a_certificate_file_of_kafka_that_is_none_is_named_by_its_option() -> None:
    address = KafkaAddress.parse(f"kafka://a:9092?security_protocol=SSL&ssl_cafile={__file__}")
    with pytest.raises(LogUnavailable, match="ssl_cafile"):
        address.client()
