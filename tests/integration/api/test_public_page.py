"""The public page: plain HTML that anybody can send, and its receipt."""

import asyncio
import re

import httpx
from uuid6 import uuid7

from dispatch.client import ConsoleClient
from tests.integration.api.centre import Centre


async def test_a_form_without_scripts_becomes_a_report_with_a_receipt(centre: Centre) -> None:
    async with (
        httpx.AsyncClient(timeout=60, base_url=centre.base_url, follow_redirects=True) as http,
        ConsoleClient(await centre.sign_in("chief")) as console,
    ):
        page = await http.get("/bao-tin")
        assert page.status_code == 200
        assert len(page.content) <= 60_000
        fields = hidden_fields(page.text)
        sent = fields | {"what": "cháy ở chợ", "where": "chợ Bến Thành", "phone": "0903000001", "line": "114"}
        receipt = await http.post("/bao-tin", data=sent)
        again = await http.post("/bao-tin", data=sent)
        assert receipt.url == again.url
        code = str(receipt.url).rpartition("/")[2]
        assert code in receipt.text
        assert "cháy ở chợ" not in receipt.text
        await console.wait_until(lambda: len(console.list_bodies("report")) == 1)
        report = console.list_bodies("report")[0]
        assert report["words"] == ["cháy ở chợ"]
        assert report["receipt_code"] == code
        await console.send({"type": "report.open", "report_id": report["id"]})
        followed = await http.get(f"/bao-tin/{code}")
        assert "Điều phối viên đang xử lý tin báo." in followed.text


async def test_an_empty_form_is_shown_again_with_what_is_missing_and_what_was_written(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        answer = await http.post("/bao-tin", data={"phone": "0903000001"})
    assert answer.status_code == 422
    assert "Hãy cho biết chuyện gì hoặc ở đâu" in answer.text
    assert "0903000001" in answer.text


async def test_what_was_written_is_never_read_as_markup(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        answer = await http.post("/bao-tin", data={"name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


async def test_a_receipt_nobody_was_given_is_told_so(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        answer = await http.get("/bao-tin/AAAAA-AAAAA")
    assert answer.status_code == 404
    assert "AAAAA-AAAAA" in answer.text


async def test_a_device_that_sends_too_often_is_told_to_wait_and_whom_to_call(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        page = await http.get("/bao-tin")
        fields = hidden_fields(page.text)
        # All at once: a device is given one more every ten seconds, and a slow machine may take as long.
        sent = [
            http.post("/bao-tin", data=fields | {"what": "x", "command_id": str(uuid7())}) for _ in range(25)
        ]
        answers = await asyncio.gather(*sent)
    answer = max(answers, key=lambda answer: answer.status_code)
    assert answer.status_code == 429
    assert "retry-after" in answer.headers
    assert 'href="tel:114"' in answer.text


async def test_the_page_says_that_this_is_no_real_centre(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        page = await http.get("/bao-tin")
    assert "HUẤN LUYỆN" in page.text


async def test_pages_carry_the_headers_that_keep_others_out(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        page = await http.get("/bao-tin")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def hidden_fields(text: str) -> dict[str, str]:
    """Names and values of the form's hidden fields."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
