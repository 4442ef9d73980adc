#!/bin/sh
# The first look-up: a handler of 开化 asks eight courts about the debtor of her own case. Needs a running `make demo`.
# 第一次查询：开化承办人就本案被执行人询问八个法院。
set -eu
cd "$(dirname "$0")/../.."
port=${XIEZHI_DEMO_PORT:-8400}

token=$(.venv/bin/xiezhi token --court 浙0824 --case '（2025）浙0824执366号')
.venv/bin/python -X utf8 -c '
import json, pathlib
here = pathlib.Path("docs/examples")
variables = json.loads((here / "first-look-up.variables.json").read_text())
print(json.dumps({"query": (here / "first-look-up.graphql").read_text(), "variables": variables}))' |
  curl --silent --show-error --max-time 30 "http://127.0.0.1:$((port + 1))/graphql" --data-binary @- \
    --header 'Content-Type: application/json' --header "Authorization: Bearer $token" \
    --header "Accept-Language: ${LANG:-en}" |
  .venv/bin/python -X utf8 -m json.tool --no-ensure-ascii --indent 2
