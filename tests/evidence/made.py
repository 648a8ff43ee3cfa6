"""Sheets, pictures and lines for the tests here; everybody in them is invented."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from syncd.evidence.amounts import ChargeRules, visit_amounts
from syncd.evidence.invoice import InvoiceSheet
from syncd.evidence.job_sheet import JobSheet
from syncd.evidence.layout import Letterhead
from syncd.evidence.lines import CustomField, VisitLine
from syncd.evidence.pictures import Picture

LONDON = ZoneInfo("Europe/London")
SIGNED = ((40, 110), (70, 40), (85, 120), (110, 60), (125, 118), (160, 75), (170, 115), (230, 70))


def encoded(picture: Image.Image, kind: str) -> bytes:
    """The picture as a file of this kind."""
    target = BytesIO()
    picture.save(target, kind)
    return target.getvalue()


def scribble(size: tuple[int, int] = (420, 150)) -> Image.Image:
    """What a finger leaves on a phone."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    pen.line(SIGNED, fill=(20, 24, 60), width=4, joint="curve")
    pen.line(((220, 90), (300, 85), (380, 60)), fill=(20, 24, 60), width=3)
    return picture


def logo() -> Picture:
    """A contractor's logo."""
    picture = Image.new("RGBA", (500, 150), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((4, 4, 146, 146), 28, fill=(31, 58, 95, 255))
    pen.polygon(
        ((75, 25), (125, 75), (100, 75), (100, 120), (50, 120), (50, 75), (25, 75)), "white"
    )
    for row, width in enumerate((320, 260, 180)):
        pen.rectangle((170, 30 + 38 * row, 170 + width, 52 + 38 * row), fill=(31, 58, 95, 255))
    return Picture(encoded(picture, "PNG"), "png")


def signature() -> Picture:
    """A tenant's signature as LetsJobIt holds it."""
    return Picture(encoded(scribble(), "JPEG"), "jpg")


def line(*fields: CustomField, **changes: object) -> VisitLine:
    """An action line with these custom fields."""
    plain = VisitLine(
        is_action=True,
        description="Boiler loses pressure",
        location="",
        brand="",
        model="",
        serial_number="",
        quantity="1",
        fields=fields,
    )
    return replace(plain, **changes)


def entry(value: object, name: str = "invoice_total") -> CustomField:
    """A custom field with this value entered."""
    return CustomField(name, name.replace("_", " ").capitalize(), value)


def rules(**changes: object) -> ChargeRules:
    """A contractor who is registered for VAT, with VAT inside the amounts."""
    plain = ChargeRules(
        amount_field="invoice_total",
        amount_includes_vat=True,
        vat_rate=Decimal("0.20"),
        is_vat_registered=True,
    )
    return replace(plain, **changes)


def contractor(**changes: object) -> Letterhead:
    """A contractor with all that a letterhead can hold but a logo."""
    plain = Letterhead(
        name="Granite City Heating Ltd",
        address=("Unit 4, Harbour Yard", "18 Example Quay", "Aberdeen AB11 0ZZ"),
        vat_number="GB 999 9999 73",
    )
    return replace(plain, **changes)


def work() -> tuple[VisitLine, ...]:
    """Two jobs and the materials of a visit, filled in."""
    return (
        line(
            CustomField("work_done", "Work done", "Replaced the expansion vessel, repressurised."),
            CustomField("pressure", "Pressure after (bar)", Decimal("1.4")),
            CustomField("next_service", "Next service due", "2027-03-24"),
            entry("180.00"),
            CustomField("notes", "Notes", ""),
            location="Kitchen cupboard",
            brand="Vaillant",
            model="ecoTEC plus 832",
            serial_number="21-09-0010020389-3100-008765-N4",
        ),
        line(
            CustomField("work_done", "Work done", "New thermostatic valve; bled the circuit."),
            entry(Decimal("64.5")),
            description="Radiator in bedroom 2 stays cold",
            location="Bedroom 2",
        ),
        line(
            description="Thermostatic radiator valve 15 mm",
            brand="Drayton",
            model="TRV4",
            quantity="2",
            is_action=False,
        ),
    )


def sheet(**changes: object) -> JobSheet:
    """The job sheet of an ordinary visit."""
    plain = JobSheet(
        contractor=contractor(logo=logo()),
        agency="Northgate Lettings",
        branch="Aberdeen West End",
        job_number="H-017623",
        job_title="Boiler keeps losing pressure",
        visit_number="H-017623",
        description="The boiler drops below 0.5 bar every two days and locks out.\n"
        "The tenant has topped it up four times. The radiator in bedroom 2 stays cold.",
        address=("Flat 2/1, 99 Example Street", "Aberdeen", "AB10 0ZZ"),
        visit_date=date(2026, 3, 24),
        closed_at=datetime(2026, 3, 24, 15, 45, tzinfo=UTC),
        zone=LONDON,
        engineer="Liam Example",
        lines=work(),
        remarks="Please watch the pressure for a week. The loft hatch needs a new hinge.",
        signatory="Jo Sample",
        rating=5,
        signature=signature(),
    )
    return replace(plain, **changes)


def invoice(**changes: object) -> InvoiceSheet:
    """The invoice for that visit."""
    plain = InvoiceSheet(
        contractor=contractor(logo=logo()),
        number="H-017623",
        issued_at=datetime(2026, 3, 24, 15, 45, tzinfo=UTC),
        zone=LONDON,
        bill_to=("Northgate Lettings", "1 Example Square", "Aberdeen", "AB10 1ZZ"),
        job_number="H-017623",
        job_title="Boiler keeps losing pressure",
        visit_number="H-017623",
        address=("Flat 2/1, 99 Example Street", "Aberdeen", "AB10 0ZZ"),
        amounts=visit_amounts(work(), rules(call_out=Decimal("40.00"))),
    )
    return replace(plain, **changes)


POLISH = "Zażółć gęślą jaźń: pękła rura pod zlewem, woda ścieka po ścianie."
ARABIC = (
    "انكسر أنبوب المياه تحت حوض المطبخ منذ يومين، والماء يتسرب إلى شقة الجيران في الطابق الأول. "
    "يرجى الاتصال بالمستأجر قبل الوصول بساعة 30 دقيقة على الأقل، فالباب الرئيسي مغلق دائما."
)
HEBREW = "דליפה מתחת לכיור במטבח, נא להתקשר לפני ההגעה."
GREEK = "Διαρροή νερού κάτω από τον νεροχύτη."
CYRILLIC = "Протечка под раковиной, позвоните заранее."


def foreign_sheet() -> JobSheet:
    """A job sheet in Polish and Arabic, with Hebrew, Greek, Cyrillic and some that no font has."""
    return sheet(
        job_title="Pęknięta rura / أنبوب مكسور",
        description="\n".join((POLISH, ARABIC, HEBREW, GREEK, CYRILLIC, "東京 🦄 \x07 done")),
        engineer="Łukasz Przykład",
        signatory="سارة مثال",
        lines=(
            line(
                CustomField("work_done", "Wykonana praca", "Wymieniono syfon i uszczelkę."),
                CustomField("arabic", "ملاحظات", ARABIC),
                entry("95.00"),
                description="إصلاح التسرب تحت الحوض",
                brand="Kołtek",
            ),
        ),
        remarks="",
    )


def long_sheet() -> JobSheet:
    """A job sheet whose description fills five pages."""
    paragraph = (
        "The tenant reports that water comes through the ceiling of the hall whenever the shower "
        "above is used for longer than a few minutes, and that the plaster has begun to bulge. "
    )
    told = "\n\n".join(f"{number}. {paragraph * 4}" for number in range(1, 33))
    return sheet(description=told)


def unsigned_sheet() -> JobSheet:
    """A job sheet of a visit that nobody signed, with no logo."""
    return sheet(
        contractor=contractor(),
        signature=None,
        signatory="",
        rating=0,
        remarks="",
        lines=work()[:1],
    )
