"""The unchanged `openai` client against `tolsey model serve`: lists, talks, streams, and its errors.

usage: run.py TOLSEY

It adds the text model of Examples/gpt under TOLSEY_HOME, serves it and ends it.
"""
import json
import pathlib
import subprocess
import sys

import openai

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODEL = "gpt"


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, holds, seen=""):
        if holds:
            self.passed += 1
            print(f"ok    {name}")
        else:
            self.failed += 1
            print(f"FAIL  {name} {seen}")


def serve(tolsey):
    """The server and its URL; it is ended by its own id."""
    gpt = ROOT / "Examples/gpt"
    added = subprocess.run(
        [tolsey, "model", "add", gpt / "gpt.onnx", "--calibrate", gpt / "calibration.npy",
         "--json"], check=True, capture_output=True, text=True)
    model = json.loads(added.stdout)["data"]["id"]
    server = subprocess.Popen(
        [tolsey, "model", "serve", model, "--alphabet", gpt / "alphabet.json", "--name", MODEL,
         "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
    return server, json.loads(server.stdout.readline())["data"]["url"]


def refused(call):
    try:
        call()
    except openai.APIStatusError as error:
        return type(error).__name__, error.code, error.param
    return "nothing", None, None


def talk(client, tally):
    names = [m.id for m in client.models.list()]
    tally.check("models are listed", names == [MODEL], names)
    tally.check("a model by its name", client.models.retrieve(MODEL).id == MODEL)

    said = dict(model=MODEL, messages=[{"role": "user", "content": "The hacker said"}], seed=5)
    whole = client.chat.completions.create(max_tokens=40, **said)
    choice = whole.choices[0]
    text = choice.message.content
    tally.check("an answer has as many symbols as asked", len(text) == 40, repr(text))
    tally.check("it was cut off at the length", choice.finish_reason == "length")
    usage = whole.usage
    tally.check(
        "tokens are counted", (usage.prompt_tokens, usage.completion_tokens) == (15, 40), usage)
    again = client.chat.completions.create(max_tokens=40, **said)
    tally.check("a seed says the same again", again.choices[0].message.content == text)

    chunks = list(client.chat.completions.create(
        max_tokens=40, stream=True, stream_options={"include_usage": True}, **said))
    pieces = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    tally.check("a stream says it too", "".join(pieces) == text)
    tally.check("piece by piece", len([p for p in pieces if p]) == 40, len(pieces))
    tally.check("and its usage at the end", chunks[-1].usage.total_tokens == 55)

    stop = text[10:13]
    short = client.chat.completions.create(max_tokens=40, stop=stop, **said)
    tally.check("a stop ends it before itself", short.choices[0].message.content
                == text[:text.index(stop)], short.choices[0])
    tally.check("and is the reason", short.choices[0].finish_reason == "stop")

    bare = client.completions.create(model=MODEL, prompt="The hacker", max_tokens=8, temperature=0)
    tally.check("bare text goes on", len(bare.choices[0].text) == 8)
    parts = client.chat.completions.create(
        model=MODEL, max_tokens=1,
        messages=[{"role": "user", "content": [{"type": "text", "text": "a"}]}])
    tally.check("parts of text are read", parts.usage.prompt_tokens == 1)


def respond(client, tally):
    said = dict(model=MODEL, input="The hacker said", max_output_tokens=40)
    whole = client.responses.create(**said)
    tally.check("a response has as many symbols as asked", len(whole.output_text) == 40, whole)
    tally.check("and was cut off there", (whole.status, whole.incomplete_details.reason)
                == ("incomplete", "max_output_tokens"))
    tally.check("its tokens are counted", (whole.usage.input_tokens, whole.usage.output_tokens)
                == (15, 40), whole.usage)
    events = list(client.responses.create(stream=True, **said))
    pieces = [e.delta for e in events if e.type == "response.output_text.delta"]
    tally.check("a response streams", len(pieces) == 40, len(pieces))
    tally.check("to its end", (events[-1].type, events[-1].response.output_text)
                == ("response.incomplete", "".join(pieces)), events[-1])
    talk = client.responses.create(
        model=MODEL, instructions="be brief", max_output_tokens=1,
        input=[{"role": "user", "content": [{"type": "input_text", "text": "a"}]}])
    tally.check("instructions and parts are read", talk.usage.input_tokens == 10, talk.usage)
    seen = refused(lambda: client.responses.create(
        model=MODEL, input="x", previous_response_id="resp_1"))
    tally.check("refused: an answer before", seen == (
        "BadRequestError", "unsupported_parameter", "previous_response_id"), seen)
    seen = refused(lambda: client.responses.create(
        model=MODEL, input="x", tools=[{"type": "function", "name": "f"}]))
    tally.check("refused: functions for a model that has none", seen == (
        "BadRequestError", "unsupported_parameter", "tools"), seen)


def errors(client, tally):
    message = [{"role": "user", "content": "x"}]

    def create(**more):
        return lambda: client.chat.completions.create(
            **{"model": MODEL, "messages": message, **more})

    for name, call, wanted in [
        ("an unknown model", create(model="other"), ("NotFoundError", "model_not_found", "model")),
        ("a temperature beyond", create(temperature=3),
         ("BadRequestError", "invalid_value", "temperature")),
        ("tools", create(tools=[{"type": "function", "function": {"name": "f"}}]),
         ("BadRequestError", "unsupported_parameter", "tools")),
        ("two answers", create(n=2), ("BadRequestError", "unsupported_parameter", "n")),
        ("no messages", create(messages=[]), ("BadRequestError", "invalid_value", "messages")),
        ("a picture", create(messages=[{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "http://127.0.0.1/"}}]}]),
         ("BadRequestError", "unsupported_parameter", "messages")),
        ("embeddings", lambda: client.embeddings.create(model=MODEL, input="x"),
         ("NotFoundError", "unknown_url", None)),
    ]:
        seen = refused(call)
        tally.check(f"refused: {name}", seen == wanted, seen)


def main():
    tally = Tally()
    server, url = serve(sys.argv[1])
    try:
        client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)
        talk(client, tally)
        respond(client, tally)
        errors(client, tally)
    finally:
        server.terminate()
        server.wait(600)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
