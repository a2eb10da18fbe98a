# Every line is a command that can be typed by hand; README.md shows them without make.

PYTHON ?= python3
ROWS ?= 10000000
# Test files at once: engines of some files take two cores for themselves.
WORKERS ?= 2
BIN := .venv/bin
DEMO := data/demo/truth.json

# Tests have a database and a target folder of their own and never touch yours.
TEST_ENV := WAYMARK_DATABASE=target/test/waymark.duckdb DBT_TARGET_PATH=target/test

export DO_NOT_TRACK := 1

.PHONY: build doctor charts refresh superset-test test test-full environments lint bench docs clean
.NOTPARALLEL:

build: .venv/runtime $(DEMO)
	$(BIN)/dbt build
	$(BIN)/python scripts/after_build.py

# What a person looks at before a campaign goes live; make doctor WINDOW='30 minutes'.
doctor: .venv/runtime $(DEMO)
	$(BIN)/dbt build --quiet --select +tag:doctor --resource-type model --resource-type seed \
		$(if $(WINDOW),--vars '{doctor_window: $(WINDOW)}')
	$(BIN)/python scripts/doctor.py
	$(BIN)/dbt test --quiet --select tag:doctor,test_type:data

# What was built, as pages: target/site/index.html opens from disk.
charts: .venv/charts $(DEMO)
	$(BIN)/dbt --quiet docs generate --static
	$(BIN)/python scripts/charts.py

# What BI tools read is replaced as a whole, and only if every test holds; docs/publishing.md.
refresh: .venv/runtime $(DEMO)
	$(BIN)/python scripts/refresh.py $(REFRESH)

# Imports the dashboard of docs/bi/superset into a real Superset; not part of make test.
superset-test: .venv/runtime
	$(BIN)/python scripts/superset.py test $(or $(PUBLISHED),published/waymark.duckdb)

test: lint
	$(TEST_ENV) $(BIN)/dbt --warn-error parse
	$(TEST_ENV) $(BIN)/dbt run --empty
	$(TEST_ENV) $(BIN)/dbt test --select test_type:unit
	$(TEST_ENV) $(BIN)/dbt build --exclude-resource-type unit_test
	$(TEST_ENV) $(BIN)/dbt run
	$(TEST_ENV) $(BIN)/dbt test --select test_type:singular
	$(TEST_ENV) $(BIN)/dbt docs generate --static
	$(BIN)/python -m pytest integration_tests -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 20

# The tests that `make test` skips for their time, and many times as many random cases: some hours.
test-full: export WAYMARK_THOROUGH := 1
test-full: environments test
	WAYMARK_EXAMPLES=20000 $(BIN)/python -m pytest integration_tests/test_funnel_oracle.py
	WAYMARK_EXAMPLES=3000 $(BIN)/python -m pytest integration_tests/test_retention_oracle.py \
		integration_tests/test_cohort_ad_hoc.py integration_tests/test_goals_oracle.py \
		integration_tests/test_sessions_oracle.py
	WAYMARK_HISTORIES=200 $(BIN)/python -m pytest integration_tests/test_refresh.py

environments:
	$(PYTHON) scripts/environments.py install

# Without seeds the linter leaves out the models that look at them while they compile.
lint: .venv/dev $(DEMO)
	rm -rf target/test
	mkdir -p target/test
	$(BIN)/ruff check
	$(BIN)/yamllint --strict .
	$(TEST_ENV) $(BIN)/dbt --quiet seed
	$(TEST_ENV) $(BIN)/sqlfluff lint --processes 2 models tests $(wildcard analyses)

bench: .venv/dev $(DEMO)
	$(BIN)/python scripts/benchmark.py
	$(BIN)/python scripts/benchmark_engine.py --rows $(ROWS)
	$(BIN)/python scripts/benchmark_refresh.py --rows 1000000 $(ROWS)

docs: .venv/runtime $(DEMO)
	$(BIN)/dbt docs generate --static
	@echo "The site is target/static_index.html"

clean:
	rm -rf target logs data/demo .pytest_cache .ruff_cache .hypothesis

$(DEMO): | .venv/runtime
	$(BIN)/python scripts/generate_demo.py --output data/demo

# The development lock holds the two others, so all share one environment.
.venv/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Waymark needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	touch .venv/runtime

.venv/charts: requirements-charts.txt .venv/runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements-charts.txt
	touch .venv/charts

.venv/dev: requirements-dev.txt .venv/runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	touch .venv/dev
