"""The boards of charts/ as people meet them: in a browser, from disk and from `dct serve`.

The figures on a page are compared with the tables by queries of their own. What a page looks like
is compared with the pictures in screenshots/, a quarter of its size and with a tolerance, so that
how a machine smooths letters does not matter. After a change that is meant, and looked at,
WAYMARK_SCREENSHOTS=write makes them anew.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
import yaml
from PIL import Image, ImageChops

from helpers import REPOSITORY

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: requirements-dev.txt")
pytest.importorskip("dbt_charts", reason="no dbt-charts: requirements-dev.txt has it")
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="no axe: requirements-dev"
)

BOARDS = sorted(path.stem for path in (REPOSITORY / "charts").glob("*.yml") if path.stem != "meta")
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
SCREENSHOTS = Path(__file__).with_name("screenshots")
# Of 255 tones, and of all of a picture.
DIFFERENT, TOLERANCE = 48, 0.005
# Text that a browser or a template engine would run, if it were not kept text.
SCRIPT = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
TEMPLATE = "{{ 7*7 }} ${7*7} {% raw %}"
EVIL = f"Evil {SCRIPT} {TEMPLATE}"


@pytest.fixture(scope="session")
def marts(demo_project, tmp_path_factory):
    """A copy of the built demo, so that what a test writes reaches no other test."""
    path = tmp_path_factory.mktemp("charts") / Path(demo_project.database).name
    shutil.copy(demo_project.database, path)
    with duckdb.connect(path) as connection:
        connection.execute(
            "update goal_tree set label = ? where goal_name = 'trial_started'", [EVIL]
        )
        connection.execute(
            "update goal_lift set micro_label = ? where micro_goal_name = 'added_to_cart'", [EVIL]
        )
        connection.execute(
            "update weekly_digest set message = ? where is_current and digest_rank = 1", [EVIL]
        )
    return path


@pytest.fixture(scope="session")
def environment(marts, tmp_path_factory):
    """Boards look up ref() in a manifest; a target folder must lie in the project."""
    target = f"target/{tmp_path_factory.mktemp('charts').parent.name}-{os.getpid()}"
    result = os.environ | {
        "WAYMARK_DATABASE": str(marts),
        "DBT_TARGET_PATH": target,
        "DO_NOT_TRACK": "1",
    }
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run([dbt, "--quiet", "parse"], cwd=REPOSITORY, env=result, check=True)
    (REPOSITORY / target / "static_index.html").write_text("<!doctype html>", encoding="utf-8")
    yield result
    shutil.rmtree(REPOSITORY / target)


@pytest.fixture(scope="session")
def site(environment):
    """All boards, rendered once; {file: page}."""
    subprocess.run(
        [sys.executable, "scripts/charts.py"], cwd=REPOSITORY, env=environment, check=True
    )
    return REPOSITORY / environment["DBT_TARGET_PATH"] / "site"


@pytest.fixture(scope="session")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on the path; python scripts/browser.py install")
    with sync_api.sync_playwright() as playwright:
        # Its sandbox needs what a container often has not; it opens nothing but our own pages.
        one = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"]
        )
        yield one
        one.close()


@pytest.fixture
def opened(browser, site):
    """Opens a page of the site; at the end, it must have said nothing and asked for nothing."""
    pages, said = [], []

    def open_page(file, width=1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:")) or said.append(request.url),
        )
        page.goto((site / file).as_uri())
        return page

    yield open_page
    for page in pages:
        assert page.evaluate("window.ran") is None
        page.close()
    assert said == []


@pytest.fixture(scope="session")
def query(marts):
    def run(sql):
        with duckdb.connect(marts, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return run


def shown(page, chart):
    return page.locator(f"#chart-{chart}").first.inner_text()


def cells(page, chart):
    """Rows of the table of a chart, also of one that is folded."""
    return page.locator(f"#chart-{chart} tbody").first.evaluate(
        "body => [...body.rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )


@pytest.mark.parametrize("board", ["index", *BOARDS])
def test_a_board_opens_from_disk_and_keeps_the_rules_of_accessibility(board, opened):
    page = opened(f"{board}.html")
    assert page.locator("main h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().endswith("Waymark")
    for image in page.locator("svg:not(svg svg)").all():
        assert image.get_attribute("role") == "img" and image.get_attribute("aria-label")
    result = axe.Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("board", BOARDS)
def test_nothing_sticks_out_of_a_board(board, width, opened):
    page = opened(f"{board}.html", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Text of a drawing that is outside of it is cut off; one pixel is rounding.
    outside = page.evaluate("""() => [...document.querySelectorAll('figure > svg, .scroll > svg')]
        .filter(svg => svg.getClientRects().length)
        .flatMap(svg => {
            const frame = svg.getBoundingClientRect()
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect()
                return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2
                    || box.bottom > frame.bottom + 2)
            }).map(text => text.textContent)
        })""")
    assert outside == []


def reduced(screenshot):
    """A screenshot as a small grey picture of 16 tones."""
    image = Image.open(BytesIO(screenshot)).convert("L").reduce(4)
    return image.point([level // 16 * 17 for level in range(256)])


def difference(image, other):
    """Share of a picture that is clearly lighter or darker than in the other one."""
    size = (max(image.width, other.width), max(image.height, other.height))
    grown = [Image.new("L", size) for _ in range(2)]
    for canvas, one in zip(grown, (image, other)):
        canvas.paste(one)
    levels = ImageChops.difference(*grown).histogram()
    return sum(levels[DIFFERENT:]) / sum(levels)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("board", BOARDS)
def test_a_board_looks_as_its_picture(board, width, opened, tmp_path):
    page = opened(f"{board}.html", width)
    image = reduced(page.screenshot(full_page=True))
    path = SCREENSHOTS / f"{board}_{width}.webp"
    if os.environ.get("WAYMARK_SCREENSHOTS") == "write":
        image.save(path, lossless=True, method=6)
    expected = Image.open(path).convert("L")
    found = difference(image, expected)
    image.save(tmp_path / path.name, lossless=True)
    assert found <= TOLERANCE, f"{found:.1%} of {tmp_path / path.name} is not as in {path}"
    # One drawing less, which a person would see at once, is more than the tolerance.
    page.evaluate("""() => {
        const height = figure => figure.offsetHeight * (figure.querySelector('svg') ? 9 : 1)
        const figures = [...document.querySelectorAll('figure')]
        figures.sort((a, b) => height(b) - height(a))[0].style.visibility = 'hidden'
    }""")
    assert difference(reduced(page.screenshot(full_page=True)), expected) > TOLERANCE


def test_what_a_table_says_is_not_cut(opened):
    for board in BOARDS:
        page = opened(f"{board}.html")
        texts = page.locator("th, td").all_text_contents()
        assert [text for text in texts if text.endswith("…")] == [], board


def test_overview_shows_the_figures_of_the_goal_tree(opened, query):
    page = opened("overview.html")
    [(value, change, units)] = query(
        "select value, change_rate, eligible_units from goal_tree where tier = 1"
    )
    assert f"{value:,.2f}" in shown(page, "north_star")
    assert f"{units:,} visitors" in shown(page, "north_star")
    assert f"{100 * change:+.1f}".replace("-", "−") in shown(page, "north_star_change")
    goals = query("""
        select label, metric, value, completed_units, eligible_units, zone
        from goal_tree where tier is not null order by path
    """)
    rows = cells(page, "goal_tree")
    assert len(rows) == len(goals)
    for row, (label, metric, value, completed, eligible, zone) in zip(rows, goals):
        assert row[0] == label
        if metric != "value_per_unit" and value is not None:
            assert row[2] == f"{100 * value:.1f} %"
            assert row[3] == f"{completed:,} of {eligible:,}"
        assert row[4] == (zone or "-")
    weeks = query("""
        select eligible_units, is_complete_period, value from goal_status where tier = 1
        order by period_start
    """)
    for row, (eligible, complete, value) in zip(
        cells(page, "north_star_weeks"), weeks, strict=True
    ):
        # A week that is not complete has a column of its own: it is drawn differently.
        expected = [f"{eligible:,}", f"{value:,.4g}", "-"]
        assert row[1:] == (expected if complete else [expected[0], "-", expected[1]])


def test_overview_says_what_the_digest_says(opened, query):
    said = [row[0] for row in cells(opened("overview.html"), "digest")]
    expected = query("""
        select message from weekly_digest where is_current order by period_start desc, digest_rank
    """)
    assert said == [" ".join(message.split()) for (message,) in expected][:10]


def test_funnels_shows_the_figures_of_the_funnel(opened, query):
    page = opened("funnels.html")
    steps = query("""
        select units_reached, conversion_rate, drop_off_rate, immature_units, units_entered,
            mature_conversion_rate, mature_units_entered
        from funnel_steps where funnel_name = 'checkout' and breakdown_name = 'all'
        order by step_number
    """)
    rows = cells(page, "steps")
    for row, step in zip(rows, steps, strict=True):
        assert row[1] == f"{step[0]:,}"
        assert row[3] == f"{step[1]:.1%}"
    for row, step in list(zip(rows, steps))[1:]:
        assert row[4] == f"{1 - step[2]:.1%}"
    last = steps[-1]
    assert f"{last[4]:,}" in shown(page, "entered")
    assert f"{last[3]:,} of them still have time" in shown(page, "entered")
    assert f"{100 * last[1]:.1f}" in shown(page, "conversion")
    assert f"{100 * last[5]:.1f}" in shown(page, "mature_conversion")
    assert f"of {last[6]:,} visitors" in shown(page, "mature_conversion")
    trend = query("""
        select units_entered, conversion_rate, is_mature from funnel_trends
        where funnel_name = 'checkout' and period = 'week' and step_number = 4 order by period_start
    """)
    assert {mature for *_, mature in trend} == {True, False}
    for row, (entered, rate, mature) in zip(cells(page, "trend"), trend, strict=True):
        assert row[1] == f"{entered:,}"
        assert row[2:] == ([f"{rate:.4g}", "-"] if mature else ["-", f"{rate:.4g}"])


def test_every_funnel_and_cohort_has_a_page(site, query):
    for board, sql in (
        ("funnels", "select count(distinct funnel_name) from funnel_definitions"),
        ("cohorts", "select count(distinct cohort_name) from cohort_averages"),
    ):
        [(count,)] = query(sql)
        assert len(list(site.glob(f"{board}*.html"))) == count


def test_cohorts_shows_the_cells_of_retention(opened, query):
    page = opened("cohorts.html")
    rows = cells(page, "retention")
    expected = query("""
        select cohort_start, cohort_size, list(retention_rate order by interval_number)
        from cohort_retention
        where cohort_name = 'sign_ups_with_core_action' and breakdown_name = 'all'
            and interval_number > 0
        group by all order by cohort_start
    """)
    for row, (start, size, rates) in zip(rows, expected, strict=True):
        assert row[0] == f"{start.day} {start:%b %Y} ({size:,})"
        for text, rate in zip(row[1:], rates, strict=True):
            # What has not had its time is a dash, not a nought.
            assert (text == "—") == (rate is None)
            assert rate is None or abs(float(text.removesuffix("%")) - 100 * rate) < 0.5001
    [(rate, returned, size)] = query("""
        select retention_rate, units_returned, cohort_size from cohort_averages
        where cohort_name = 'sign_ups_with_core_action' and breakdown_name = 'all'
            and interval_number = 1
    """)
    assert f"{100 * rate:.1f}" in shown(page, "returned")
    assert f"{returned:,} of {size:,} visitors" in shown(page, "returned")
    weeks = query("""
        select visitors from visitor_lifecycle
        where activity = 'any_event' and period = 'week' and is_complete_period
        order by period_start, lifecycle_status
    """)
    drawn = [abs(int(row[2].replace(",", ""))) for row in cells(page, "lifecycle")]
    assert drawn == [visitors for (visitors,) in weeks]


def test_evidence_shows_the_odds_of_goal_lift(opened, query):
    page = opened("evidence.html")
    expected = query("""
        select
            micro_label, verdict, exposed_units + unexposed_units,
            case
                when not_judged_because is null then [odds_ratio, odds_ratio_low, odds_ratio_high]
            end
        from goal_lift where is_edge and reading = 'adjusted'
    """)
    rows = {row[0]: row for row in cells(page, "lifts")}
    assert rows.keys() == {label for label, *_ in expected}
    judged = 0
    for label, verdict, visitors, odds in expected:
        assert rows[label][8:11] == ([f"{one:,.4g}" for one in odds] if odds else ["-"] * 3)
        if verdict == "not_enough_data":
            assert rows[label][11:13] == ["not enough data", "True"]
        else:
            judged += 1
            assert rows[label][13] == (
                f"{odds[0]:.1f} ({odds[1]:.1f} to {odds[2]:.1f}), {visitors} visitors"
            )
    assert judged
    # The demo is too short for it, and the chart says so.
    assert "no pair of goals has 12 weeks" in shown(page, "leads")
    drawn = page.locator("#chart-lifts svg.wide text").all_text_contents()
    assert any("<script>" in text for text in drawn) and EVIL in rows


def test_taxonomy_shows_the_plan_and_what_breaks_the_rules(opened, query):
    page = opened("taxonomy.html")
    expected = query("""
        select status, count(*), sum(count(*)) over () from tracking_plan_coverage
        where parameter_name is null group by status
    """)
    says = [row[4] for row in cells(page, "coverage") if row[0] == "Events"]
    assert sorted(says) == sorted(f"{count} of {total} events" for _, count, total in expected)
    broken = query("""
        select object_name, max(events) from taxonomy_violations group by object_type, object_name
    """)
    assert sorted((row[1], row[2]) for row in cells(page, "violations")) == sorted(
        (name, f"{events:,}") for name, events in broken
    )
    [(unused,)] = query("select count(*) from event_usage where not is_used")
    assert len(cells(page, "unused")) == min(unused, 15)


def test_experiments_shows_results_checks_and_looks(opened, query):
    page = opened("experiments.html")
    expected = query(
        "select lift, lift_low, lift_high, units, control_units from experiment_results"
    )
    found = cells(page, "effects")
    assert sorted(row[3:6] for row in found) == sorted(
        ["-" if one is None else f"{one:,.4g}" for one in row[:3]] for row in expected
    )
    for *_, units, control_units in expected:
        assert any(f"of {units} against" in row[8] for row in found)
        assert any(f"of {control_units}" in row[8] for row in found)
    failed = query("select count(*) from experiment_checks where not passed")
    results = [row[2] for row in cells(page, "checks")]
    assert [(sum("failed" in result for result in results),)] == failed
    looks = query("select difference from experiment_days")
    assert sorted(row[4] for row in cells(page, "days")) == sorted(
        f"{difference:,.4g}" for (difference,) in looks
    )


def test_journeys_shows_paths_pages_and_forms(opened, query):
    page = opened("journeys.html")
    [(goal,)] = query("""
        select goal_name from goal_tree where depth = 1 and metric = 'conversion_rate'
        order by completed_units desc, goal_name limit 1
    """)
    pages = query(f"""
        select page_path, 100 * difference from content_value
        where goal_name = '{goal}' and page_path <> '(other)'
        order by viewers desc, page_path limit 15
    """)
    assert [(row[0], row[2]) for row in cells(page, "content")] == [
        (path, "-" if difference is None else f"{difference:,.4g}") for path, difference in pages
    ]
    fields = query("""
        select abandonment_rate, reached from form_funnels
        where device_category = 'all' order by form_name, field_number
    """)
    for row, (rate, reached) in zip(cells(page, "forms"), fields, strict=True):
        assert row[3] == f"{rate:.1%}"
        assert f"of {reached} who got here" in row[7]
    assert "No recordings" in shown(page, "recordings")


def test_text_that_looks_like_code_is_shown_and_runs_nowhere(opened):
    page = opened("overview.html")
    assert EVIL in [row[0] for row in cells(page, "digest")]
    assert EVIL in [row[0] for row in cells(page, "goal_tree")]
    drawn = page.locator("#chart-goal_tree svg.wide text").all_text_contents()
    # A drawing cuts what is too long for it.
    [name] = [text for text in drawn if text.startswith("Evil")]
    assert EVIL.startswith(name.rstrip("…")) and "<script>" in name
    assert page.locator("script, img, foreignObject, iframe").count() == 0


def test_a_board_of_an_empty_mart_says_why(environment, marts, tmp_path, browser):
    empty = tmp_path / marts.name
    shutil.copy(marts, empty)
    with duckdb.connect(empty) as connection:
        for table in ("goal_tree", "goal_status", "weekly_digest", "bidding_signals"):
            connection.execute(f"delete from {table}")
    program = (
        "import sys; sys.path.insert(0, 'scripts')\n"
        "import charts\nfrom pathlib import Path\n"
        "with charts.ProjectSession.open(charts.REPOSITORY) as session:\n"
        "    board = charts.Board(session, charts.REPOSITORY / 'charts' / 'overview.yml')\n"
        f"    charts.write(board, Path({str(tmp_path)!r}), {{}})\n"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env=environment | {"WAYMARK_DATABASE": str(empty)},
        check=True,
    )
    page = browser.new_page()
    page.goto((tmp_path / "overview.html").as_uri())
    text = page.inner_text("main")
    page.close()
    assert "No goal has a tier yet" in text
    assert "Nothing is worth saying about this week" in text
    assert "No week of the north star has been measured yet" in text


@pytest.fixture
def served(environment, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dct = Path(sys.executable).with_name("dct")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [dct, "serve", "--port", str(port), "--host", "127.0.0.1", "--no-cache"],
            cwd=REPOSITORY, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/overview/", timeout=60).read()
                break
            except OSError:
                alive = process.poll() is None and time.monotonic() < deadline
                assert alive, (tmp_path / "log").read_text(encoding="utf-8")
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def test_filters_ask_the_database_again(served, browser, query):
    [(everybody,), (mobile,)] = query("""
        select max(units_entered) from funnel_steps
        where funnel_name = 'checkout' and breakdown_value in ('all', 'mobile')
        group by breakdown_value order by max(units_entered) desc
    """)
    page = browser.new_page()
    outside = []
    page.on(
        "request",
        lambda request: request.url.startswith((served, "data:")) or outside.append(request.url),
    )

    def entered(choice):
        page.goto(f"{served}/funnels/?{choice}")
        return page.locator("#chart-entered").first.text_content()

    assert f"{everybody:,}" in entered("funnel=checkout")
    assert f"{mobile:,}" in entered("funnel=checkout&segment=device_category:%20mobile")
    [(first,)] = query("""
        select sum(units_entered) from funnel_trends
        where funnel_name = 'checkout' and period = 'week' and step_number = 1
    """)
    assert first >= everybody

    def points(chart, board, choice):
        page.goto(f"{served}/{board}/?{choice}")
        return page.locator(f"#chart-{chart} path[data-dct-role=point]").count()

    assert points("trend", "funnels", "funnel=checkout&from_date=2100-01-01") == 0
    [(weeks, second)] = query("""
        select count(*), list(period_start order by period_start)[2]
        from goal_status where tier = 1
    """)
    assert points("north_star_weeks", "overview", "") == weeks > 2
    assert points("north_star_weeks", "overview", f"to_date={second}") == 2
    assert points("north_star_weeks", "overview", f"from_date={second}") == weeks - 1

    def cohorts(choice):
        page.goto(f"{served}/cohorts/?{choice}")
        return page.locator("#chart-retention").first.text_content()

    [(name, first, last)] = query("""
        select cohort_name, min(cohort_start), max(cohort_start) from cohort_retention
        where breakdown_name = 'all' and cohort_name <> 'sign_ups_with_core_action'
        group by cohort_name order by cohort_name limit 1
    """)
    heads = [f"{day.day} {day:%b %Y} (" for day in (first, last)]
    assert all(head in cohorts(f"cohort={name}") for head in heads)
    early = cohorts(f"cohort={name}&to_date={first}")
    assert heads[0] in early and heads[1] not in early
    page.close()
    assert outside == []


@pytest.mark.parametrize("kind, begins", [("pdf", b"%PDF-"), ("png", b"\x89PNG")])
def test_a_board_is_a_file_for_a_slide(kind, begins, environment, tmp_path):
    dct = Path(sys.executable).with_name("dct")
    file = tmp_path / f"mobile.{kind}"
    subprocess.run(
        [
            dct, "render", "charts/funnels.yml", "--format", kind, "--output", file, "--no-cache",
            "--var", "segment=device_category: mobile",
        ],
        cwd=REPOSITORY, env=environment, check=True,
    )  # fmt: skip
    assert file.read_bytes().startswith(begins) and file.stat().st_size > 20_000


def refs(board):
    return set(
        re.findall(r"\bref\('(\w+)'\)", (REPOSITORY / "charts" / f"{board}.yml").read_text())
    )


@pytest.mark.parametrize("board", BOARDS)
def test_the_exposure_of_a_board_depends_on_what_the_board_reads(board):
    path = REPOSITORY / "models" / "exposures" / f"{board}.yml"
    [exposure] = yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]
    assert exposure["name"] == board and exposure["type"] == "dashboard"
    assert exposure["owner"]["name"]
    found = [re.fullmatch(r"ref\('(\w+)'\)", one)[1] for one in exposure["depends_on"]]
    assert len(found) == len(set(found)) and set(found) == refs(board)
