"""Measurements of Skoleløft; each figure is compared with a named limit or with a peer measured in the same run.

``python -m benchmarks [memory|latency|throughput|absence …] [--size small|large]``. It needs the packages of
requirements/dev.txt, and Java with Maven for Apache Kafka. Everything runs on 127.0.0.1 in temporary folders.
"""
