#!/bin/sh
# Delegate a seizure yourself: 休宁 Xiuning, in 皖, has 开化 Kaihua, in 浙, seize a car that lies in Kaihua's county.
# 亲手委托一次扣押：安徽休宁法院委托浙江开化法院，扣押在开化的一辆车。
#
# Needs a running `make demo`. Each request goes to one court's node, by the right officer of that court; each answer is
# printed. It ends at the first refusal and says its code: the second time that is DUPLICATE_OF, the car being seized.
set -eu
cd "$(dirname "$0")/../.."

XIEZHI_DEMO_PORT=${XIEZHI_DEMO_PORT:-8400}
export XIEZHI_DEMO_PORT
gateway=http://127.0.0.1:$XIEZHI_DEMO_PORT
kaihua=http://127.0.0.1:$((XIEZHI_DEMO_PORT + 1))
xiuning=http://127.0.0.1:$((XIEZHI_DEMO_PORT + 7))
case_number='（2025）皖1022执338号'
run=$(date +%s)-$$ # part of every idempotency key: the same request sent again does nothing twice

# --- a token, a request, a value of its answer -----------------------------------------------------------------------

# token COURT --role ROLE (or --case NUMBER, or --officer ID): the bearer token of one officer for the court's own node;
# with --for gateway, for the gateway: what opens one door is refused at the other
token() {
  court=$1
  shift
  .venv/bin/xiezhi token --court "$court" "$@"
}

# value EXPRESSION: Python over `it`, the root field of the last answer
value() {
  printf '%s' "$answer" | .venv/bin/python -X utf8 -c '
import json, sys
(it,) = json.load(sys.stdin)["data"].values()
print(eval(sys.argv[1]))' "$1"
}

# send URL TOKEN VARIABLES DOCUMENT: the answer in $answer, the code of a refusal or nothing in $refused
send() {
  answer=$(
    .venv/bin/python -X utf8 -c '
import json, sys
print(json.dumps({"query": sys.argv[1], "variables": json.loads(sys.argv[2])}))' "$4" "$3" |
      curl --silent --show-error --max-time 30 "$1/graphql" --data-binary @- \
        --header 'Content-Type: application/json' --header "Authorization: Bearer $2"
  ) || {
    printf 'No answer from %s: does that court run? 没有答复，该法院节点是否在运行？\n' "$1" >&2
    exit 1
  }
  refused=$(printf '%s' "$answer" | .venv/bin/python -X utf8 -c '
import json, sys
answer = json.load(sys.stdin)
codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
codes += [root["code"] for root in (answer.get("data") or {}).values() if root and "code" in root]
print(*codes[:1])')
}

# ask PURPOSE URL TOKEN VARIABLES DOCUMENT: one request and its answer, or the end
ask() {
  printf '\n== %s\n   %s/graphql\n' "$1" "$2"
  send "$2" "$3" "$4" "$5"
  printf '%s' "$answer" | .venv/bin/python -X utf8 -m json.tool --no-ensure-ascii --indent 2
  if [ -n "$refused" ]; then
    printf 'Refused 被拒绝: %s\n' "$refused" >&2
    exit 1
  fi
}

# wait_until EXPRESSION PURPOSE URL TOKEN VARIABLES DOCUMENT: the same request again until EXPRESSION is true of `it`
wait_until() {
  printf '\n.. %s\n' "$2"
  tries=60
  while send "$3" "$4" "$5" "$6" && [ "$refused" != '' ] || [ "$(value "$1")" != True ]; do
    tries=$((tries - 1))
    if [ $tries -eq 0 ]; then
      printf 'Not within half a minute: do all courts run? 半分钟内未完成，请确认各法院节点均在运行。\n' >&2
      exit 1
    fi
    sleep 0.5
  done
}

task='... on DelegatedTask { id status version holder } ... on Problem { code message }'

# --- who does what ---------------------------------------------------------------------------------------------------

xiuning_handler=$(token 皖1022 --case "$case_number")
xiuning_chief=$(token 皖1022 --role BUREAU_CHIEF)
xiuning_centre=$(token 皖1022 --role COMMAND_CENTRE)
xiuning_centre_at_gateway=$(token 皖1022 --role COMMAND_CENTRE --for gateway)
kaihua_centre=$(token 浙0824 --role COMMAND_CENTRE)
kaihua_chief=$(token 浙0824 --role BUREAU_CHIEF)
kaihua_handler=$(token 浙0824 --officer o-330824-01)

# --- 休宁 rules and delegates ------------------------------------------------------------------------------------------

ask '休宁指挥中心在网关问：开化的车辆扣押委托给谁？ Xiuning asks the gateway who seizes a vehicle in 330824' \
  "$gateway" "$xiuning_centre_at_gateway" '{}' '{
    delegationRoute(from: "皖1022", matter: SEIZE_VEHICLE, division: "330824") {
      ... on DelegationRoute { entrustedCourt { code name } papers approval signForWithin { days unit } answerWithinDays }
      ... on Problem { code message }
    }
  }'
entrusted=$(value 'it["entrustedCourt"]["code"]')

ask '休宁承办人看本案财产 the handler of Xiuning sees the assets of the case' \
  "$xiuning" "$xiuning_handler" "{\"case\": \"$case_number\"}" 'query ($case: CaseNumber!) {
    enforcementCase(caseNumber: $case) {
      ... on EnforcementCase {
        assets(first: 100) { nodes { id kind division description estimatedValue status } }
        outstanding { left }
      }
      ... on Problem { code message }
    }
  }'
asset=$(value 'min((a for a in it["assets"]["nodes"] if a["kind"] == "VEHICLE"), key=lambda a: a["status"] != "FOUND")["id"]')

ask '休宁承办人裁定扣押 the handler of Xiuning rules the seizure' \
  "$xiuning" "$xiuning_handler" "{\"input\": {
    \"caseNumber\": \"$case_number\", \"assetId\": \"$asset\", \"kind\": \"SEIZE\",
    \"rulingNo\": \"${case_number}之一\", \"idempotencyKey\": \"ruling-$run\"
  }}" 'mutation ($input: RuleMeasureInput!) {
    ruleMeasure(input: $input) {
      ... on ControlMeasure { id status rulingNo termYears value } ... on Problem { code message }
    }
  }'
measure=$(value 'it["id"]')

# A front end sends a paper's digest; the digests here are of the papers' names.
paper() {
  digest=$(printf '%s' "$1" | .venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
  printf '{"kind": "%s", "number": "%s", "sha256": "%s"}' "$1" "$2" "$digest"
}
ask '休宁承办人起草委托事项，附五种文书 the handler of Xiuning drafts the task with its five papers' \
  "$xiuning" "$xiuning_handler" "{\"input\": {
    \"caseNumber\": \"$case_number\", \"entrustedCourt\": \"$entrusted\", \"matter\": \"SEIZE_VEHICLE\",
    \"measureId\": \"$measure\", \"idempotencyKey\": \"task-$run\", \"documents\": [
      $(paper DELEGATION_LETTER "$case_number"), $(paper OFFICER_CERTIFICATE 样证一、样证二),
      $(paper RULING "${case_number}之一"), $(paper ASSISTANCE_NOTICE "$case_number"),
      $(paper SERVICE_RECEIPT "$case_number")
    ]
  }}" "mutation (\$input: CreateDelegatedTaskInput!) { createDelegatedTask(input: \$input) { $task } }"
id=$(value 'it["id"]')

# act MUTATION INPUT-TYPE PURPOSE URL TOKEN [MORE FIELDS]: moves the task from the version that was read last
act() {
  ask "$3" "$4" "$5" "{\"input\": {\"id\": \"$id\", \"version\": $(value 'it["version"]')${6:+, $6}}}" \
    "mutation (\$input: $2!) { $1(input: \$input) { $task } }"
}

act submitDelegatedTask TaskVersionInput '休宁承办人提交审批 the handler of Xiuning submits it' "$xiuning" "$xiuning_handler"
act approveDelegatedTask TaskOpinionInput '休宁执行局长批准 the bureau chief of Xiuning approves' "$xiuning" "$xiuning_chief"
act dispatchDelegatedTask TaskVersionInput '休宁指挥中心发出 the command centre of Xiuning dispatches' "$xiuning" "$xiuning_centre"

# --- 开化 seizes ------------------------------------------------------------------------------------------------------

read_task="query (\$id: UUID!) { delegatedTask(id: \$id) {
    ... on DelegatedTask { id status version holder timeline { type at } } ... on Problem { code message }
  } }"
wait_until 'it["status"] == "RECEIVED"' '经网关加密送达开化 On its way to Kaihua through the gateway, encrypted' \
  "$kaihua" "$kaihua_centre" "{\"id\": \"$id\"}" "$read_task"
now=$(value 'it["timeline"][-1]["at"]') # the demo has a clock of its own

act signForDelegatedTask TaskVersionInput '开化指挥中心签收 the command centre of Kaihua signs for it' "$kaihua" "$kaihua_centre"
act assignDelegatedTask AssignDelegatedTaskInput '开化执行局长指派承办人 the bureau chief of Kaihua assigns a handler' \
  "$kaihua" "$kaihua_chief" '"officerId": "o-330824-01"'
act recordHandlingStep RecordHandlingStepInput '开化两名干警当场扣押，列清单 Two officers of Kaihua seize the car and list it' \
  "$kaihua" "$kaihua_handler" "
    \"kind\": \"SEIZED\", \"at\": \"$now\", \"place\": \"开化县样例路停车场\", \"note\": \"车辆及钥匙一并扣押。\",
    \"officers\": [\"o-330824-01\", \"o-330824-02\"], \"inventory\": {
      \"startedAt\": \"$now\", \"finishedAt\": \"$now\", \"place\": \"开化县样例路停车场\",
      \"items\": [{\"name\": \"小型轿车\", \"quantity\": 1, \"condition\": \"完好\"}], \"custodian\": \"开化县人民法院\",
      \"debtorPresent\": false, \"signatures\": [\"o-330824-01\", \"o-330824-02\"]
    }"

ask '开化承办人向车辆管理所送达协助执行通知书 the handler of Kaihua serves the notice on the vehicle office' \
  "$kaihua" "$kaihua_handler" "{\"input\": {\"taskId\": \"$id\", \"idempotencyKey\": \"notice-$run\"}}" \
  'mutation ($input: ServeAssistanceNoticeInput!) {
    serveAssistanceNotice(input: $input) {
      ... on AssistanceNotice { unitName status servedAt } ... on Problem { code message }
    }
  }'
wait_until '[e["type"] for e in it["timeline"]].count("STEP_RECORDED") == 2' \
  '车辆管理所登记，开化收到回执 The vehicle office registers it; its receipt is a step of the task' \
  "$kaihua" "$kaihua_handler" "{\"id\": \"$id\"}" "$read_task"
act submitFeedback SubmitFeedbackInput '开化承办人反馈：已扣押 the handler of Kaihua feeds back: seized' \
  "$kaihua" "$kaihua_handler" '"result": "DONE_FULL", "note": "已扣押并登记。"'

# --- 休宁 reads and confirms ------------------------------------------------------------------------------------------

wait_until 'it["status"] == "FED_BACK"' '反馈送达休宁 The feedback is on its way to Xiuning' \
  "$xiuning" "$xiuning_handler" "{\"id\": \"$id\"}" "$read_task"
act confirmDelegatedTask TaskVersionInput '休宁承办人确认办结 the handler of Xiuning confirms' "$xiuning" "$xiuning_handler"

ask '休宁的措施已生效 The measure of Xiuning is effective, served by Kaihua' \
  "$xiuning" "$xiuning_handler" "{\"case\": \"$case_number\"}" 'query ($case: CaseNumber!) {
    enforcementCase(caseNumber: $case) {
      ... on EnforcementCase {
        measures { nodes { kind status rank orderingCourt executingCourt expiresOn receipts { receiptNo unitName rank } } }
      }
      ... on Problem { code message }
    }
  }'

wait_until 'it["status"] == "COMPLETED"' '网关登记办结 The gateway hears that it is completed' \
  "$gateway" "$xiuning_centre_at_gateway" "{\"id\": \"$id\"}" 'query ($id: UUID!) {
    trackedTask(id: $id) { ... on TrackedTask { status } ... on Problem { code message } }
  }'
ask '休宁指挥中心在网关所见：没有姓名 What the gateway shows of it: no name' \
  "$gateway" "$xiuning_centre_at_gateway" "{\"id\": \"$id\"}" 'query ($id: UUID!) {
    trackedTask(id: $id) {
      ... on TrackedTask { matter status delegatingCourt { code } entrustedCourt { code } events { type at } }
      ... on Problem { code message }
    }
  }'
printf '\n完成 Done: %s\n' "$id"
