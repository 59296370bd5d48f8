# The centre's commands. Everything they need is set up on the way; `make help` lists them.
SHELL := /bin/sh
BIN := .venv/bin
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix frontend
TESTS ?= tests
WORKERS ?= 3

# Every process would compile all that it imports anew, which costs more than a second of each start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint lint-python lint-web check-web soak bench pictures setup setup-dev web web-packages clean

help: ## this list / danh sách lệnh
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: setup ## start the centre on http://127.0.0.1:8080, Ctrl-C stops it / khởi động trung tâm
	@exec $(BIN)/python -m dispatch run

test: setup-dev ## every check and test / mọi kiểm tra
	@$(MAKE) --no-print-directory --jobs=$(WORKERS) --output-sync=target lint check-web
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not soak" $(TESTS)

lint: lint-python lint-web ## style, types, architecture / phong cách, kiểu, kiến trúc

lint-python: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-web: setup-dev web-packages
	$(NPM) run --silent lint
	$(NPM) run --silent typecheck

check-web: web
	$(NPM) test
	$(NPM) run --silent budget

soak: setup-dev web ## the long campaigns of kills and load / các đợt thử dài
	$(BIN)/python -m pytest -m soak $(TESTS)

bench: setup-dev web ## measure and print the tables / đo và in bảng
	@set -e; for row in bench/[!_]*.py; do name=$${row#bench/}; $(BIN)/python -m "bench.$${name%.py}"; done

pictures: setup-dev web ## take the tour's pictures anew / chụp lại ảnh hướng dẫn
	TOUR_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_tour.py

setup: ## what running needs, only if it is missing / chuẩn bị để chạy
	@dispatch/host/bootstrap.sh run

setup-dev: ## what testing needs, only if it is missing / chuẩn bị để kiểm tra
	@dispatch/host/bootstrap.sh dev

web: web-packages ## build the web pages if their sources changed / dựng trang web
	@$(BIN)/python -m dispatch web build

web-packages: setup
	@$(BIN)/python -m dispatch web install

clean: ## remove what can be made again; the data in var/ stays / xóa phần dựng lại được
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache frontend/node_modules frontend/dist
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
