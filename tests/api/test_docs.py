import re

from litestar import Litestar

from api.examples import EXAMPLES
from tests.api.browser import Browser
from tests.api.matrix import doors


async def test_the_description_is_for_people_who_have_signed_in(anybody: Browser) -> None:
    for path in ("/api/docs", "/api/v1/openapi.json", "/api/v1/schema/openapi.json"):
        assert (await anybody.get(path)).status_code in {303, 401}, path


async def test_the_description_names_every_door_of_the_interface(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    paths = (await anybody.get("/api/v1/openapi.json")).json()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    real = {
        (method, re.sub(r":\w+}", "}", path))
        for method, path, handler in doors(app)
        if path.startswith("/api/v1/") and handler.resolve_include_in_schema()
    }
    assert real <= described
    assert len(real) > 60


async def test_every_body_that_people_write_has_an_example(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    schema = (await anybody.get("/api/v1/openapi.json")).json()
    shapes = schema["components"]["schemas"]
    assert {name: shapes[name]["examples"] for name in EXAMPLES} == {name: [one] for name, one in EXAMPLES.items()}


async def test_every_refusal_is_described_as_a_problem_document(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    paths = (await anybody.get("/api/v1/openapi.json")).json()["paths"]
    told = [operation["responses"] for methods in paths.values() for operation in methods.values()]
    assert all(
        "application/problem+json" in responses[status]["content"]
        for responses in told
        for status in ("404", "default")
    )


async def test_the_page_of_it_asks_no_other_host_and_runs_no_script(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    page = (await anybody.get("/api/docs")).text
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "<script" not in page
    assert "style=" not in page
    assert (await anybody.get("/api/docs.css")).headers["content-type"] == "text/css; charset=utf-8"
