"""Every command of README.md and docs/ does what it says, against the laptop cloud."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from local import PROJECT
from operate import target
from operate.__main__ import main
from tests.loop.conftest import World
from tests.loop.documents.documented_commands import Command, commands
from tests.prerequisites import CURL
from tests.unit.local.waiting import eventually

# The runbook ends with the removal of everything.
LAST = PROJECT / "docs" / "operations.md"
DOCUMENTS = [PROJECT / "README.md", *sorted({*(PROJECT / "docs").glob("*.md")} - {LAST}), LAST]
# What can't run here by its nature, and why. Whatever else a document shows is run.
ELSEWHERE = {
    r"sam (build|deploy|delete)\b": "it is AWS's tool for an AWS account",
    r"make \w+": "it installs, runs the whole demo, or the tests that this is one of",
    r"aws cognito-idp\b": "the stack of these tests is open, and has no user pool",
    r"aws logs put-retention-policy\b": "the laptop cloud keeps no log groups",
    r"aws sagemaker (describe|stop)-processing-job\b": "no run here is so large that it is prepared",
    r"python -m operate tune\b(?!.*--dry-run)": "the laptop cloud has no tuning jobs",
}
OPERATE = "python -m operate "
PLACEHOLDER = re.compile(r"<[A-Za-z][A-Za-z ]*>")
SCORES = "username,beer_id,beer_name,brewery_name,score\nann,b02,Beer 2,Alder,4\nben,b03,Beer 3,Alder,five\n"


@dataclass
class Reader:
    """Somebody who types what a document shows, in `folder`, where reviews.csv and menu.jpg lie."""

    world: World
    folder: Path
    values: dict[str, str]
    environment: dict[str, str]

    def type(self, command: Command) -> str | None:
        """What went wrong, None if nothing did."""
        text = command.text.replace(".venv/bin/", "")
        for placeholder, value in self.values.items():
            text = text.replace(placeholder, value)
        if left := PLACEHOLDER.search(text):
            return f"{command}: {left[0]} stands for something that the test has no value for"
        return _operate(text) if text.startswith(OPERATE) else self._shell(text)

    def _shell(self, text: str) -> str | None:
        # What a command has set is there for the next one.
        state = self.folder / "state.sh"
        state.touch()
        script = f"set -ae -o pipefail\n. {state}\ntrap '(export -p; declare -f) > {state}' EXIT\n{text}\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        return f"{text}: {done.returncode}\n{done.stderr}{done.stdout}" if done.returncode else None


def _operate(text: str) -> str | None:
    try:
        main(shlex.split(text, comments=True)[3:])
    except SystemExit as ended:
        return f"{text}: {ended.code}" if ended.code else None
    return None


@pytest.fixture(scope="module")
def reader(deployed: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """At a stack with a release in service, a file with a refused row, and a tuned hyper-parameter."""
    CURL.required()
    world = deployed()
    outcome = world.drop()
    assert outcome.kind == "promoted"
    folder = tmp_path_factory.mktemp("reader")
    (folder / "reviews.csv").write_text(SCORES)
    world.loop.drop(folder / "reviews.csv")
    world.put(folder / "reviews.csv", "may/reviews.csv")
    eventually(lambda: world.objects("receipts/may/"), 60)
    world.cloud.client("s3").put_object(Bucket=world.bucket, Key="hyperparameters.json", Body=b'{"patience": 3}')
    menu = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(menu).text((40, 60), "Alder Beer 3", fill="black", font=ImageFont.load_default(60))
    menu.save(folder / "menu.jpg")
    (folder / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    values = {
        "<BucketName>": world.bucket,
        "<ApiUrl>": world.cloud.outputs["ApiUrl"],
        "<username>": "ann",
        "<beer id>": "b03",
        "<run>": outcome.run,
        "<release>": outcome.run,
        "taproom-0a1b2c3d-0123456789ab": outcome.run,
        # A style of the catalogue here.
        "american%20ipa": "stout",
    }
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CURL_HOME": str(folder),
        "PYTHONPATH": str(PROJECT),
        **_aws(world),
    }
    return Reader(world, folder, values, environment)


def _aws(world: World) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": world.cloud.url,
        "AWS_DEFAULT_REGION": world.cloud.region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }


@pytest.fixture
def at_the_laptop_cloud(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that docs/operations.md describes, and `--local` without a URL."""
    running = {"process": os.getpid(), "url": reader.world.cloud.url, "region": reader.world.cloud.region}
    (reader.folder / "cloud.json").write_text(json.dumps(running))
    monkeypatch.setattr(target, "LOCAL_CLOUD", reader.folder / "cloud.json")
    monkeypatch.chdir(reader.folder)
    for name, value in _aws(reader.world).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("at_the_laptop_cloud")
@pytest.mark.parametrize("document", [each for each in DOCUMENTS if [*commands(each)]], ids=lambda each: each.name)
def test_every_command_of_a_document_runs(document: Path, reader: Reader) -> None:
    faults = []
    for command in commands(document):
        if any(re.match(each, command.text.replace(".venv/bin/", "")) for each in ELSEWHERE):
            continue
        if "bucket.delete()" in command.text:
            reader.world.quiet()
        if fault := reader.type(command):
            faults.append(f"{command.document.name}:{command.line}: {fault}")
    assert faults == []


def test_nothing_is_excused_that_no_document_shows() -> None:
    shown = [command.text.replace(".venv/bin/", "") for document in DOCUMENTS for command in commands(document)]
    assert [each for each in ELSEWHERE if not any(re.match(each, text) for text in shown)] == []


def test_commands_are_found_whole(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text(
        "# One\n\n```bash\n# a comment\ncurl a \\\n  b\n\npython3 - <<'END'\nif 1:\n  x\nEND\nls  # all\n```\n\n"
        "```\n$ ls\nfile\n```\n\n```sql\nselect 1\n```\n"
    )
    found = [(each.line, each.text) for each in commands(document)]
    assert found == [
        (5, "curl a \\\n  b"),
        (8, "python3 - <<'END'\nif 1:\n  x\nEND"),
        (12, "ls  # all"),
        (16, "ls"),
    ]
    document.write_text("```fish\nls\n```\n")
    with pytest.raises(ValueError, match=r"document\.md:2: a block in 'fish', which is neither shell nor known"):
        list(commands(document))
