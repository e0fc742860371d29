# One image for every process of the platform; the command selects the process:
#   python -m services.<name> api|worker|migrate|dead-letters …
#   python -m libs.shared.db bootstrap · python -m libs.shared.eventlog topics apply
#   python -m libs.shared.auth.issuer --port N       (development profile only)

FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements/delivery.txt requirements/tracing.txt /requirements/
# Both files pin the same versions. Modules are compiled here, because the running container cannot write files.
RUN python -m venv /opt/skoleloeft \
 && /opt/skoleloeft/bin/python -m pip install --quiet --require-hashes \
      -r /requirements/delivery.txt -r /requirements/tracing.txt \
 && /opt/skoleloeft/bin/python -m pip uninstall --quiet --yes pip
WORKDIR /opt/skoleloeft/app
COPY libs libs
COPY services services
COPY apps apps
# "unchecked-hash": compiled modules stay valid although COPY may change the sources' modification times.
RUN /opt/skoleloeft/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash libs services apps

FROM python:3.13-slim
LABEL org.opencontainers.image.title=skoleloeft
ENV PATH=/opt/skoleloeft/bin:$PATH \
    PYTHONPATH=/opt/skoleloeft/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8
COPY --from=packages /opt/skoleloeft /opt/skoleloeft
WORKDIR /opt/skoleloeft/app
# A number instead of a name, so that Kubernetes can verify that it is not root.
USER 10001:10001
# The default shows the commands; every deployment sets its own.
CMD ["python", "-m", "services.registration"]
