"""Rates, pauses, clock offsets and tokens, without a network."""

from datetime import UTC, datetime, timedelta

from dispatch.api.auth.limits import Bucket, FailurePauses, Limiter
from dispatch.api.auth.principal import Principal
from dispatch.api.auth.tokens import Signer, Tickets, device_id_of
from dispatch.api.ws.clock_offset import ClockOffset
from dispatch.channels.public_form import PublicForm
from dispatch.channels.told_place import soften_place

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
FIRE = Principal(id="u", role="dispatcher", name="Lan", agencies=("114",), session_id="ab" * 32)


def test_a_bucket_allows_its_burst_then_its_rate() -> None:
    bucket = Bucket(rate=2.0, burst=3.0, now=0.0)
    assert [bucket.take(0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert bucket.take(0.0) == 0.5
    assert bucket.take(0.5) == 0.0


def test_a_limiter_forgets_the_keys_used_longest_ago() -> None:
    limiter = Limiter(1.0, 1.0, lambda: 0.0, keys=2)
    for key in ("a", "b", "c"):
        assert limiter.take(key) == 0.0
    assert limiter.take("a") == 0.0
    assert limiter.take("c") > 0


def test_pauses_double_after_the_free_failures_and_end_with_a_success() -> None:
    now = [0.0]
    pauses = FailurePauses(lambda: now[0], free=2)
    found = []
    for _ in range(4):
        pauses.fail("k")
        found.append(pauses.find_pause_s("k"))
    assert found == [0.0, 2.0, 4.0, 8.0]
    now[0] = 9.0
    assert pauses.find_pause_s("k") == 0.0
    pauses.succeed("k")
    assert pauses.find_pause_s("k") == 0.0


def test_a_clock_ten_minutes_behind_is_corrected_by_its_quickest_frame() -> None:
    clock = ClockOffset()
    wrong = timedelta(minutes=-10)
    for way_ms in (900, 40, 300):
        clock.note(NOW + wrong, NOW + timedelta(milliseconds=way_ms))
    corrected = clock.correct(NOW + wrong - timedelta(seconds=60), NOW)
    assert corrected == NOW - timedelta(seconds=60) + timedelta(milliseconds=40)


def test_what_claims_no_time_happened_when_it_came_and_a_claimed_future_is_left_to_the_rules() -> None:
    clock = ClockOffset()
    clock.note(NOW, NOW)
    assert clock.correct(None, NOW) == NOW
    assert clock.correct(NOW + timedelta(hours=1), NOW) == NOW + timedelta(hours=1)


def test_the_way_of_a_frame_is_not_taken_for_a_wrong_clock() -> None:
    clock = ClockOffset()
    clock.note(NOW, NOW + timedelta(milliseconds=120))
    assert clock.offset == timedelta(0)


def test_a_resume_token_holds_for_its_channel_and_time_and_secret_only() -> None:
    signer = Signer(b"x" * 32)
    token = signer.make_resume(FIRE, "console", NOW)
    assert signer.read_resume(token, "console", NOW) is not None
    assert signer.read_resume(token, "unit", NOW) is None
    assert signer.read_resume(token, "console", NOW + timedelta(seconds=301)) is None
    assert signer.read_resume(token[:-1] + "x", "console", NOW) is None
    assert Signer(b"y" * 32).read_resume(token, "console", NOW) is None


def test_a_ticket_is_redeemed_once_and_in_time() -> None:
    tickets = Tickets()
    ticket = tickets.issue(FIRE, "console", NOW)
    late = tickets.issue(FIRE, "console", NOW)
    assert tickets.redeem(ticket, "console", NOW) is FIRE
    assert tickets.redeem(ticket, "console", NOW) is None
    assert tickets.redeem(late, "console", NOW + timedelta(seconds=31)) is None


def test_a_device_is_named_without_revealing_its_key() -> None:
    assert "secret" not in device_id_of("secret key of a device")
    assert device_id_of("a" * 20) != device_id_of("b" * 20)


def test_a_form_becomes_the_very_report_that_its_script_would_send() -> None:
    form = PublicForm(what="cháy\r\nto", where="chợ", lon="106.7", lat="10", accuracy="12", line="114")
    assert form.to_body() == {
        "type": "report.receive", "channel": "web", "words": "cháy\nto", "phone": "", "name": "",
        "place": {"heard": "chợ", "lon_lat": [106.7, 10], "radius_m": 12}, "line": "114",
    }  # fmt: skip
    assert PublicForm(phone="0903").is_empty


def test_a_place_outside_the_city_is_kept_as_words_and_other_commands_are_left_alone() -> None:
    bounds = (106.0, 10.0, 107.5, 11.5)
    body: dict[str, object] = {"type": "report.receive", "place": {"heard": "x", "lon_lat": [105.8, 21.0]}}
    softened, code, _ = soften_place(body, bounds)
    assert code == "position_out_of_city"
    assert softened["place"] == {"heard": "x [105.8, 21.0]", "lon_lat": None, "radius_m": None}
    other = body | {"type": "incident.open"}
    assert soften_place(other, bounds) == (other, None, ("", ""))
