"""What must not be read: each file is refused in one line with the reason, in bounded time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.vectorstore.readers.conftest import MakePdf
from vectorstore import readers

MEMORY_MB = 250
SECONDS = 10.0
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>'
    "</worksheet>"
)
READ = """
import json, resource, sys, time
from pathlib import Path
import pypdfium2, openpyxl, docx
from vectorstore import readers
from vectorstore.errors import ReadError
def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = megabytes()
for name in sys.argv[1:]:
    begun = time.process_time()
    try:
        said = "was read: " + str(len(readers.read(Path(name)).text))
    except ReadError as error:
        said = str(error)
    print(json.dumps([Path(name).name, said, time.process_time() - begun, megabytes() - before]), flush=True)
"""


def workbook(path: Path, sheet: str) -> Path:
    """A workbook of one sheet, its markup given."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
            '.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{links}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{links}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def bad_files(folder: Path) -> dict[Path, str]:
    """Files that must be refused, and what has to be said of each."""
    cells = "<c><v>1</v></c>" * 100_000
    bomb = folder / "bomb.docx"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(100 * 2**20))
    large = folder / "large.txt"
    with large.open("wb") as file:
        file.truncate(2 * 2**30)
    texts = {
        "commas.csv": (",".join(map(str, range(100_000))), "columns"),
        "tabs.txt": ("\t".join("a" * 100_000), "columns"),
        "bars.md": (f"|{'a|' * 100_000}\n" * 9, "columns"),
        "glyphs.txt": ("(cid:12)" * 100_000, "index the PDF it was made from"),
    }
    found = {bomb: "times its size", large: "2048 MB; the limit is 500 MB"}
    for name, (text, said) in texts.items():
        (folder / name).write_text(text)
        found[folder / name] = said
    found[workbook(folder / "wide.xlsx", SHEET.format(f"<row>{cells}</row>"))] = "columns"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    found[workbook(folder / "far.xlsx", SHEET.format(far))] = "columns"
    return found


def test_each_is_one_line_in_bounded_time_and_memory(tmp_path: Path, make_pdf: MakePdf) -> None:
    wanted = bad_files(tmp_path)
    whole = make_pdf(["text " * 10] * 30)
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(whole.read_bytes()[:900])
    wanted[cut] = "damaged or cut short"
    wanted[make_pdf(["secret"], password="x")] = "encrypted; save it without a password"
    done = subprocess.run(
        [sys.executable, "-c", READ, *map(str, wanted)],
        capture_output=True, text=True, check=True, timeout=200,
        env={**os.environ, "PYTHONPATH": str(Path(readers.__file__).parents[2])},
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(wanted)
    for (name, sentence, seconds, memory), said in zip(told, wanted.values(), strict=True):
        assert said in sentence, (name, sentence)
        assert sentence.startswith(name)
        assert "\n" not in sentence
        assert len(sentence) < 200
        assert seconds < SECONDS, (name, seconds)
        assert memory < MEMORY_MB, (name, memory)
