# Perigee. `make` lists what there is.
SHELL := /bin/bash
BUILD := swift build -c release
BINARY := .build/release/perigee

.DEFAULT_GOAL := help
.PHONY: help setup build run test lint format screenshots bench clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what the build needs (Debian packages, with root or sudo)
	@scripts/setup

build: setup ## Build a release of the program
	@scripts/build

run: build ## Do the main job: the last 7 days into data/, from NASA or, where it can't be reached, simulated
	@scripts/first-run $(BINARY)

test: setup lint ## Run all tests, with the program as a user would run it
	@scripts/setup chromium-headless-shell && scripts/python-environment Tests/requirements.txt || \
		echo "SKIPPED: no tests in a browser: Debian's chromium-headless-shell, or its driver from PyPI, can't be had here"
	$(BUILD) --build-tests
	@scripts/test

lint: ## Check the format of the sources
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## Bring the sources into the format
	swift format --in-place --recursive --parallel Package.swift Sources Tests

screenshots: build ## Make the pictures of the pages in docs/images/, on simulated data
	@scripts/setup chromium-headless-shell
	@scripts/python-environment Tests/requirements.txt
	@scripts/screenshots $(BINARY)

bench: build ## Measure against the peers, as whole processes (Benchmarks/README.md)
	@scripts/setup wrk
	@scripts/python-environment Benchmarks/requirements.txt
	.venv/bin/python Benchmarks/bench.py

clean: ## Remove what was built
	rm -rf .build .venv
