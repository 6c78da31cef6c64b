"""What is wrong in the files as issues of a run of Azure Pipelines: issues.py < findings.json

findings.json is what `pairform validate --format gitlab` prints. The agent reads `##vso[task.logissue …]text`; what ends a
property or the line is written as a code, so that a name cannot become a command.
"""
import json
import sys

CODES = {"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"}


def escaped(value):
    return "".join(CODES.get(character, character) for character in str(value))


for finding in json.load(sys.stdin):
    place = finding["location"]
    properties = {"type": "error" if finding["severity"] == "major" else "warning", "sourcepath": place["path"],
                  "linenumber": place["lines"]["begin"], "code": finding["check_name"]}
    if finding["severity"] != "info":  # the agent knows errors and warnings
        written = ";".join("%s=%s" % (key, escaped(value)) for key, value in properties.items())
        print("##vso[task.logissue %s]%s" % (written, escaped(finding["description"])))
