"""The counts of a plan as GitLab's widget for Terraform takes them: pairform show --json p.plan | counts.py > tfplan.json

A replacement is a deletion and a creation, as in Terraform. What is adopted, moved or forgotten changes records only, and
is left out.
"""
import json
import sys

summary = json.load(sys.stdin)["summary"]
json.dump({"create": summary["create"] + summary["replace"], "update": summary["update"],
           "delete": summary["delete"] + summary["replace"]}, sys.stdout)
print()
