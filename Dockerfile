# The centre without its database: docker-compose.yml brings that. Pages are built here, by the same locked tools.
FROM python:3.12-slim-bookworm AS build
WORKDIR /centre
RUN python -m venv .venv
COPY requirements.txt requirements-build.txt ./
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt \
 && .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --use-pep517 --require-hashes -r requirements.txt
COPY . .
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && .venv/bin/python -m dispatch web build \
 && rm -rf frontend/node_modules

FROM python:3.12-slim-bookworm
RUN useradd --create-home --uid 1000 centre && install -d -o centre /centre /centre/var
WORKDIR /centre
COPY --from=build /centre /centre
ENV PATH="/centre/.venv/bin:$PATH" PYTHONUNBUFFERED=1
USER centre
# Compiled for the processor it is built on; another one compiles anew when the planner starts.
RUN python -c 'from routing import kernel, points; from routing.process import planner; kernel.make_ready()'
VOLUME /centre/var
CMD ["dispatch", "run"]
