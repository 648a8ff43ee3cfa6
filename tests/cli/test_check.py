"""`check`: the configuration, both vendors, and a Swagger document."""

import json

import pytest

from tests.cli.terminal import Terminal, through


def test_a_good_configuration_is_one_line(terminal: Terminal) -> None:
    """The file and its connections are named."""
    said = terminal("check")
    assert said.code == 0
    assert said.out.endswith("the configuration is good (1 connection: northgate).\n")
    assert terminal("check", "--json").document["outcome"] == "ok"


def test_every_mistake_is_a_line_with_path_and_cure(terminal: Terminal) -> None:
    """All at once, on standard error; as a document with every problem."""
    terminal.edit('completed = "Completed"', 'complete = "Completed"')
    terminal.edit('listen = ""', "listen = 8321")
    said = terminal("check")
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("syncd: ") for line in lines)
    assert any("connections[northgate].agentos.statuses.complete: " in line for line in lines)
    error = terminal("check", "--json").document["error"]
    assert error["code"] == "config"
    assert [set(each) for each in error["problems"]] == [{"path", "message", "cure"}] * 3


def test_a_configuration_that_is_not_there(terminal: Terminal) -> None:
    """The places that were looked at, and what to do."""
    terminal.config.unlink()
    said = terminal("check")
    assert said.code == 2
    assert "no configuration file at" in said.err
    assert " or /etc/syncd/syncd.toml (let `syncd init` write one, copy " in said.err
    assert terminal("check", "--config", "nowhere.toml").code == 2


@pytest.mark.parametrize("words", [(), ("--online",)])
def test_what_a_channel_cannot_do_is_found(terminal: Terminal, words: tuple[str, ...]) -> None:
    """Without a network and with: exit 2, the setting, and what to write."""
    through(terminal, "portal")
    said = terminal("check", *words)
    assert said.code == 2
    assert "the configuration is good" not in said.out
    wanted = 'leads.enabled: this version cannot do it with agentos.channel = "portal" (take it out'
    assert f"wrong: connections[northgate].{wanted}" in said.err
    document = terminal("check", *words, "--json").document
    assert document["outcome"] == "wrong"
    assert document["error"]["code"] == "not_yet"
    assert document["requests"]["agentos"] == 0


def test_a_target_that_apprise_cannot_use_is_found(terminal: Terminal) -> None:
    """It would be silent for ever; its address holds passwords and is not shown."""
    terminal.edit("[admin]", '[notifications]\ntargets = ["slak://canary/b/c"]\n[admin]')
    said = terminal("check")
    assert said.code == 2
    assert 'wrong: notifications.targets[0]: apprise cannot use this "slak" address' in said.err
    assert "canary" not in said.out + said.err
    document = terminal("check", "--json").document
    assert document["error"]["code"] == "target"
    assert terminal("run").code == 2


def test_a_store_that_cannot_be_is_found_offline(terminal: Terminal) -> None:
    """A directory that does not exist is a mistake in store.url."""
    terminal.edit("sqlite:///syncd-sandbox.db", "sqlite:////nowhere/at/all/syncd.db")
    said = terminal("check")
    assert (said.code, "store.url" in said.err) == (2, True)


def test_online_both_vendors_agree(terminal: Terminal) -> None:
    """Key, branches, status names, contractor and company, in five requests."""
    said = terminal("check", "--online")
    assert (said.code, said.err) == (0, "")
    assert "AgentOS lets the key in; branches: " in said.out
    assert "contractor co-0009-4739 is Garioch Property Care Ltd" in said.out
    assert "both vendors agree with it (requests: 3 to AgentOS, 2 to LetsJobIt)" in said.out


def test_online_wrong_names_are_listed_with_those_there_are(terminal: Terminal) -> None:
    """Every setting that the vendors do not know, in one go, exit 2."""
    terminal.edit('completed = "Completed"', 'completed = "Finished"')
    terminal.edit('contractors = ["co-0009-4739"]', 'contractors = ["co-9"]\nbranches = ["b-1"]')
    company = terminal.box.world.account.company_id
    terminal.edit(f'company_id = "{company}"', 'company_id = "other"')
    cancelled = next(each for each in terminal.records("statuses") if each["Name"] == "Cancelled")
    terminal.edit('"Reported", "Pending"', f'"Reported", "{cancelled["OID"]}"')
    said = terminal("check", "--online")
    assert said.code == 2
    assert "statuses.completed: the agency has no status type 'Finished' (it has Reported," in (
        said.err
    )
    assert "statuses.cancelled: 'Cancelled' is the same status as one of visit_when" in said.err
    assert "agentos.contractors: the agency has no contractor 'co-9'" in said.err
    assert "agentos.branches: the agency has no branch 'b-1' (it has Northgate" in said.err
    wanted = f"no visit of the account is of company 'other' (its visits are of {company})"
    assert f"letsjobit.company_id: {wanted}" in said.err
    document = terminal("check", "--online", "--json").document
    assert document["outcome"] == "wrong"
    assert document["error"]["code"] in {each["code"] for each in document["findings"]}
    assert {each["code"] for each in document["findings"] if each["severity"] == "wrong"} == {
        "unknown_status",
        "status_in_two_roles",
        "unknown_contractor",
        "unknown_branch",
        "wrong_company",
    }


def test_online_a_refused_key_is_not_finished(terminal: Terminal) -> None:
    """Both refused keys are said, the tier is named as a possible cause, and nothing goes on."""
    terminal.ask("PUT", "keys", {})
    terminal.fault(kind="status", vendor="letsjobit", times=None, status=401)
    said = terminal("check", "--online")
    assert said.code == 4
    assert "connections[northgate].agentos.api_key: " in said.err
    assert "tier" in said.err
    assert "connections[northgate].letsjobit.api_key: " in said.err
    assert "(requests: 1 to AgentOS, 1 to LetsJobIt)" in said.out
    terminal.no_faults()


def test_online_a_wrong_address_names_the_setting(terminal: Terminal) -> None:
    """404 is a wrong base_url, exit 2; a web page is nonsense, exit 4."""
    terminal.edit("/api/v2", "/api/v3")
    said = terminal("check", "--online")
    assert said.code == 2
    assert "connections[northgate].letsjobit.base_url: " in said.err
    terminal.edit("/api/v3", "/api/v2")
    terminal.fault(kind="html", vendor="agentos", times=None)
    said = terminal("check", "--online", "--json")
    assert said.code == 4
    assert said.document["error"]["code"] == "agentos_garbled"
    assert said.document["requests"]["agentos"] == 1


def test_online_an_unreachable_vendor_is_not_finished(terminal: Terminal) -> None:
    """Nothing listens there: exit 4."""
    terminal.edit(terminal.box.url, "http://127.0.0.1:1")
    said = terminal("check", "--online", "--json")
    assert said.code == 4
    assert said.document["error"]["code"] == "agentos_unavailable"


def test_online_what_waits_in_the_store_ends_with_3(in_step: Terminal) -> None:
    """Both vendors agree, but a person is asked something."""
    in_step.set_status(in_step.our_jobs()[0], "Completed")
    assert in_step("run-once").code == 3
    said = in_step("check", "--online")
    assert said.code == 3
    assert "waiting in the inbox for a person: 1 (syncd inbox)" in said.err


def test_online_the_wrong_path_id_is_found(in_step: Terminal) -> None:
    """LetsJobIt finds no visit by the id that the setting names."""
    in_step.ask("PATCH", "options", {"visit_id_in_path": "id"})
    said = in_step("check", "--online")
    assert said.code == 2
    assert "letsjobit.path_id: a visit that LetsJobIt lists is not found by its _id" in said.err
    assert '(write path_id = "id")' in said.err
    in_step.ask("PATCH", "options", {"visit_id_in_path": "_id"})


def test_online_entered_values_are_looked_for(in_step: Terminal) -> None:
    """A closed visit shows what the engineer entered, or a person should look."""
    visit = in_step.visit("MJ-10458")
    in_step.ask("POST", f"visits/{visit['_id']}/close", {"values": {"invoice_total": "120.00"}})
    assert (
        "closed visits show what engineers entered: invoice_total"
        in in_step("check", "--online").out
    )
    in_step.ask("PATCH", "options", {"extra_data_values": False})
    said = in_step("check", "--online")
    assert said.code == 3
    assert "the field 'invoice_total', but none shows a value" in said.err
    in_step.ask("PATCH", "options", {"extra_data_values": True})


def test_a_swagger_document_is_compared(terminal: Terminal) -> None:
    """A renamed field is found, and the line that mends it can be pasted."""
    document = {
        "swagger": "2.0",
        "paths": {
            "/v4/maintenance/{shortName}/jobs/{branchID}/job": {
                "post": {
                    "parameters": [
                        {
                            "in": "body",
                            "name": "model",
                            "schema": {
                                "properties": {
                                    "PropertyOID": {"type": "string"},
                                    "Description": {"type": "string"},
                                    "StatusID": {"type": "string"},
                                    "Title": {"type": "string"},
                                    "ContractorID": {"type": "string"},
                                    "Priority": {"type": "string"},
                                    "ReportedAt": {"type": "string"},
                                }
                            },
                        }
                    ]
                }
            }
        },
    }
    (terminal.directory / "swagger.json").write_text(json.dumps(document))
    said = terminal("check", "--swagger", "swagger.json")
    assert said.code == 2
    line = 'wire = { "MaintenanceJobSubmissionModel.PropertyID" = "PropertyOID" }'
    assert f"Put this line under [connections.agentos]:\n{line}\n" in said.out
    found = terminal("check", "--swagger", "swagger.json", "--json").document
    assert found["swagger"]["vendor"] == "agentos"
    assert found["swagger"]["wire"] == line
    assert found["error"]["code"] == "swagger"
    terminal.edit('short_name = "northgate"', f'short_name = "northgate"\n{line}')
    mended = terminal("check", "--swagger", "swagger.json", "--json").document
    assert mended["swagger"]["wire"] is None


def test_a_swagger_document_needs_no_configuration(terminal: Terminal) -> None:
    """Before there are keys, the document can be compared with syncd's own names."""
    terminal.config.unlink()
    path = "/api/v2/visits"
    (terminal.directory / "swagger.json").write_text(json.dumps({"paths": {path: {"get": {}}}}))
    found = terminal("check", "--swagger", "swagger.json", "--json").document
    assert found["swagger"]["vendor"] == "letsjobit"
    assert found["config"] is None


def test_a_document_that_is_none_is_refused_in_one_line(terminal: Terminal) -> None:
    """YAML, another program's paths, no paths, no file."""
    wrong = {
        "a.yaml": ("openapi: 3.0.0", "YAML is not read"),
        "b.json": ("[]", "is no Swagger document"),
        "c.json": ('{"paths": {"/pets": {}}}', "has none of the paths"),
    }
    for name, (text, sentence) in wrong.items():
        (terminal.directory / name).write_text(text)
        said = terminal("check", "--swagger", name)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert sentence in said.err
    assert "cannot be read" in terminal("check", "--swagger", "gone.json").err
