#!/usr/bin/env python3
"""A manual page from what a program says of itself: `manpage.py NAME PROGRAM` prints it in troff."""

import json
import subprocess
import sys

EVERYWHERE = {"help", "version"}
EXTRA = {
    "planectl": [("FILES", [("/etc/nanda-planes", "The home of a host: trust roots, configs, the way to the sockets."),
                            ("./.planes", "A home of one user, for trying out."),
                            ("~/.config/nanda-planes/keys", "The caller's own keys.")]),
                 ("ENVIRONMENT", [("PLANES_HOME", "The home."), ("PLANES_IDENTITY", "Whose key signs."),
                                  ("PLANES_ROOT_DIGEST", "The digest of version 1 of the trust root, pinned by the caller."),
                                  ("SSH_AUTH_SOCK", "An ssh-agent that holds keys.")])],
}


def main(name, program):
    text = run(program, "--experimental-dump-help")
    version = run(program, "--version").strip()
    command = json.loads(text)["command"]
    lines = [f'.TH "{name.upper()}" "1" "" "nanda-planes {escaped(version)}" "NANDA planes"']
    lines += [".SH NAME", f"{escaped(name)} \\- {escaped(command['abstract'].rstrip('.'))}", ".SH SYNOPSIS"]
    lines += [f".B {escaped(name)}", "COMMAND [OPTION]...", ".SH DESCRIPTION", escaped(command.get("discussion") or command["abstract"])]
    lines.append(".SH COMMANDS")
    for path, leaf in leaves(command, []):
        lines += section(path, leaf)
    for title, entries in EXTRA.get(name, []):
        lines.append(f".SH {title}")
        for term, meaning in entries:
            lines += [".TP", f".B {escaped(term)}", escaped(meaning)]
    print("\n".join(lines))


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def leaves(command, path):
    """The commands that do something, each with the words that name it."""
    for child in command.get("subcommands", []):
        if child["commandName"] == "help" or not child["shouldDisplay"]:
            continue
        words = path + [child["commandName"]]
        yield words, child
        yield from leaves(child, words)


def section(path, command):
    shown = [one for one in command["arguments"] if one["shouldDisplay"] and one["valueName"] not in EVERYWHERE]
    lines = [".SS " + escaped(" ".join(path + [usage(one) for one in shown if one["kind"] == "positional"]))]
    lines.append(escaped(command.get("abstract", "")))
    if command.get("discussion"):
        lines += [".PP", escaped(command["discussion"])]
    for one in shown:
        lines += [".TP", f".B {escaped(spelled(one))}", escaped(one.get("abstract", ""))]
    return lines


def usage(argument):
    word = argument["valueName"].upper() + ("..." if argument["isRepeating"] else "")
    return f"[{word}]" if argument["isOptional"] else word


def spelled(argument):
    if argument["kind"] == "positional":
        return usage(argument)
    names = ", ".join(("--" if one["kind"] == "long" else "-") + one["name"] for one in argument["names"])
    return names if argument["kind"] == "flag" else f"{names} {argument['valueName'].upper()}"


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("\n\n", "\n.PP\n")
    return "\n".join("\\&" + line if line[:1] in ("'", ".") and line != ".PP" else line for line in text.split("\n"))


if __name__ == "__main__":
    main(*sys.argv[1:])
