"""The app behind nginx, as docs/class-server.md sets it up: TLS, a base path, two servers."""

import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

import numpy as np
import pytest
import requests
from chromium import COMPLAINTS, SECOND, settled, visiting
from machine import running_app
from nginx import running_nginx
from PIL import Image
from playwright.sync_api import Page, expect

from aecore.course import shelf
from classroom.visitors import KEY, TEACHER, VISITOR

pytestmark = [
    pytest.mark.browser,
    # its certificate is signed by itself
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]

SECRET = "apple cake 17"
TOKENS = [letter * 43 for letter in "ABCDEFGHIJKLMNOP"]  # so many that both servers get some


@pytest.fixture(scope="module")
def behind(tmp_path_factory, mnist_folder):
    """The address of nginx, before two servers with one runs folder, and its own folder."""
    environment = {
        KEY: SECRET,
        "AECORE_DATA_DIR": str(mnist_folder.parent),
        "AECORE_RUNS_DIR": str(tmp_path_factory.mktemp("runs")),
        "STREAMLIT_SERVER_BASE_URL_PATH": "explorer",
    }
    folder = tmp_path_factory.mktemp("nginx")
    with (
        running_app(**environment) as (first, _),
        running_app(**environment) as (second, _),
        running_nginx(folder, first, second) as address,
    ):
        yield address, folder


@pytest.fixture
def visitor(chromium, behind):
    """The page of a new visitor; nothing that it asks for may be missing."""
    with visiting(chromium, behind[0], own_authority=True) as page:
        missing: list[str] = []
        page.on("response", lambda answer: _note(missing, answer.status, answer.url))
        yield page
        assert missing == []


def _note(missing: list[str], status: int, url: str) -> None:
    # Streamlit looks for itself below a page's address, too
    if status >= 400 and not re.search(r"/explorer/\w+/_stcore/(health|host-config)$", url):
        missing.append(f"{status} {url}")


def shown(page: Page, path: str) -> None:
    page.goto(f"/explorer/{path}")
    expect(page.locator("h1")).to_be_visible(timeout=60 * SECOND)
    settled(page)
    assert not page.locator(COMPLAINTS).count()


def test_the_front_door_is_found_from_the_server_alone(visitor, behind):
    visitor.goto("/")
    expect(visitor.locator("h1")).to_be_visible(timeout=60 * SECOND)
    assert visitor.url.startswith(f"{behind[0]}/explorer/")


@pytest.mark.parametrize("path", ["plane", "sketch?drawing=", "map"])
def test_modules_and_media_files_are_found_below_the_path(visitor, path):
    shown(visitor, path)
    visitor.wait_for_load_state("networkidle")


def test_links_lead_below_the_path(visitor):
    shown(visitor, "")
    visitor.get_by_role("link", name="Denoise").first.click()
    expect(visitor).to_have_url(re.compile("/explorer/denoise"))


def test_a_slider_reaches_the_server_and_its_picture_comes_back(visitor):
    shown(visitor, "denoise?noise=0.3")
    caption = visitor.locator(".denoise figcaption").first
    expect(caption).to_contain_text("dB", timeout=20 * SECOND)
    before = caption.inner_text()
    visitor.locator(".denoise").get_by_role("slider").press("ArrowRight")
    expect(caption).not_to_have_text(before)
    expect(visitor).to_have_url(re.compile(r"/explorer/denoise\?.*noise="))


def test_the_teachers_key_opens_and_cookies_stay_on_tls_and_below_the_path(visitor):
    shown(visitor, "")
    visitor.get_by_role("button", name="For the teacher").click()
    field = visitor.get_by_label("Key of this server")
    field.fill(SECRET)
    field.press("Enter")
    expect(visitor.get_by_role("button", name="You are the teacher")).to_be_visible(
        timeout=30 * SECOND
    )
    cookies = {cookie["name"]: cookie for cookie in visitor.context.cookies()}
    assert all(cookie["secure"] for cookie in cookies.values())
    for name in (VISITOR, TEACHER):
        assert cookies[name]["path"] == "/explorer" and cookies[name]["httpOnly"]


def test_a_file_is_handed_over(visitor):
    shown(visitor, "reconstruct?data=upload")
    ring = np.hypot(*np.mgrid[-14:14, -14:14])
    content = io.BytesIO()
    Image.fromarray(np.uint8(255 * (abs(ring - 8) < 2))).save(content, "png")
    field = visitor.locator("input[type=file]")
    field.set_input_files({"name": "o.png", "mimeType": "image/png", "buffer": content.getvalue()})
    expect(visitor.get_by_alt_text("Your picture")).to_be_visible(timeout=20 * SECOND)


def test_a_page_elsewhere_cannot_send_the_key(behind):
    cookie = {"Cookie": f"{VISITOR}={'A' * 43}"}

    def status(**headers: str) -> int:
        answer = requests.post(
            f"{behind[0]}/explorer/teacher",
            data=SECRET,
            headers={**cookie, **headers},
            verify=False,
            timeout=10,
        )
        return answer.status_code

    foreign = "https://elsewhere.example"
    assert status(Origin=behind[0]) == 204
    assert status(Origin=foreign) == 403
    assert status(**{"Origin": foreign, "X-Forwarded-Host": "elsewhere.example"}) == 403


def test_a_question_reaches_the_pupils_of_both_servers(behind):
    address = behind[0]
    question = next(
        f"{name}/{number}"
        for name in shelf.names()
        for number, step in enumerate(shelf.chapter(name, "en").steps, 1)
        if step.question
    )

    def heard(token: str) -> float:
        with requests.get(
            f"{address}/explorer/class/events",
            cookies={VISITOR: token},
            stream=True,
            verify=False,
            timeout=20,
        ) as events:
            listening.release()
            for line in events.iter_lines():
                if line.startswith(b"data: ") and json.loads(line[6:]).get("question"):
                    return time.monotonic()
        raise AssertionError("the stream has ended")

    teacher = requests.Session()
    teacher.verify = teacher.trust_env = False  # a bundle in the environment would count
    teacher.headers["Origin"] = address
    teacher.cookies.set(VISITOR, "T" * 43)
    assert teacher.post(f"{address}/explorer/teacher", data=SECRET, timeout=10).status_code == 204
    listening = Semaphore(0)
    with ThreadPoolExecutor(len(TOKENS)) as pool:
        coming = [pool.submit(heard, token) for token in TOKENS]
        for _ in TOKENS:
            listening.acquire(timeout=20)
        began = time.monotonic()
        asked = teacher.post(
            f"{address}/explorer/class/ask", data=json.dumps({"question": question}), timeout=10
        )
        assert asked.status_code == 204
        assert max(one.result() for one in coming) - began < 5  # 2 on a quiet machine


def test_a_visitor_stays_with_one_server_and_none_is_idle(behind):
    address, folder = behind[0], behind[1]
    for token in 2 * TOKENS:
        requests.get(
            f"{address}/explorer/_stcore/health",
            cookies={VISITOR: token},
            verify=False,
            timeout=10,
        ).raise_for_status()
    seen = [line.split() for line in (folder / "access.log").read_text().splitlines()]
    servers = {token: {server for who, server, _ in seen if who == token} for token in TOKENS}
    assert all(len(one) == 1 for one in servers.values())
    assert len(set.union(*servers.values())) == 2
