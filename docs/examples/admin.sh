#!/bin/sh
# A gateway admin's first ten minutes: a ninth court, 江山 Jiangshan, has applied. It is examined, found wanting, put right,
# approved by two admins, admitted by the courts; asked like the others; suspended, reinstated; and leaves again.
# 网关管理员的头十分钟：江山法院申请加入——一致性测试、补正、两名管理员审批、各法院签署、参与查询、暂停、恢复、退出。
#
# Needs a running `make demo`, and goes through once per demo: who has left stays listed. It ends at the first refusal that it
# does not expect.
set -eu
cd "$(dirname "$0")/../.."

XIEZHI_DEMO_PORT=${XIEZHI_DEMO_PORT:-8400}
export XIEZHI_DEMO_PORT
gateway=http://127.0.0.1:$XIEZHI_DEMO_PORT
kaihua=http://127.0.0.1:$((XIEZHI_DEMO_PORT + 1))
where=$(.venv/bin/xiezhi demo where)
eval "$where" # folder, root, now

# What the courts sign with in this demo, where all keys lie in one folder and nobody is asked
export XIEZHI_GATEWAY_URL="$gateway" XIEZHI_DIRECTORY_ROOT="$root" XIEZHI_CLOCK_FILE="$folder/clock"
export XIEZHI_PASSPHRASE=demo XIEZHI_YES=1

# --- a request, a value of its answer --------------------------------------------------------------------------------

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
    printf 'No answer from %s. 没有答复。\n' "$1" >&2
    exit 1
  }
  refused=$(printf '%s' "$answer" | .venv/bin/python -X utf8 -c '
import json, sys
answer = json.load(sys.stdin)
codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
codes += [root["code"] for root in (answer.get("data") or {}).values() if isinstance(root, dict) and "code" in root]
print(*codes[:1])')
}

# ask PURPOSE TOKEN VARIABLES DOCUMENT [CODE]: one request to the gateway and its answer; with CODE, that refusal and no other
ask() {
  printf '\n== %s\n' "$1"
  send "$gateway" "$2" "$3" "$4"
  printf '%s' "$answer" | .venv/bin/python -X utf8 -m json.tool --no-ensure-ascii --indent 2
  if [ "$refused" != "${5:-}" ]; then
    printf 'Refused 被拒绝: %s\n' "$refused" >&2
    exit 1
  fi
}

# wait_until EXPRESSION PURPOSE TOKEN VARIABLES DOCUMENT: the same request again until EXPRESSION is true of `it`
wait_until() {
  printf '\n.. %s\n' "$2"
  tries=240
  while send "$gateway" "$3" "$4" "$5" && [ "$refused" != '' ] || [ "$(value "$1")" != True ]; do
    tries=$((tries - 1))
    if [ $tries -eq 0 ]; then
      printf 'Not within two minutes. 两分钟内未完成。\n' >&2
      exit 1
    fi
    sleep 0.5
  done
}

# sign NUMBER STATE COURT:DIVISION...: each court's liaison signs at home, until the proposal is in that state
sign() {
  number=$1 state=$2
  shift 2
  for each in "$@"; do
    printf '\n== %s 签署 signs\n' "${each%%:*}"
    .venv/bin/xiezhi membership sign "$number" --court "${each%%:*}" --key "$folder/${each##*:}.governance"
    send "$gateway" "$admin" "{\"number\": \"$number\"}" "$proposal_state"
    [ "$(value 'it["state"]')" = OPEN ] || break
  done
  [ "$(value 'it["state"]')" = "$state" ]
}

# look_up: what a handler of 开化, who asks the whole zone, hears of 江山
look_up() {
  printf '\n== 开化承办人查询全区 the handler of Kaihua asks the whole zone\n'
  handler=$(.venv/bin/xiezhi token --court 浙0824 --case '（2025）浙0824执366号')
  send "$kaihua" "$handler" "$(cat docs/examples/first-look-up.variables.json)" "$(cat docs/examples/first-look-up.graphql)"
  printf '%s' "$answer" | .venv/bin/python -X utf8 -c '
import json, sys
coverage = json.load(sys.stdin)["extensions"]["coverage"]
(ninth,) = [each for each in coverage["courts"] if each["court"]["code"] == "浙0881"] or [None]
print(json.dumps({"inScope": coverage["inScope"], "answered": coverage["answered"], "浙0881": ninth}, ensure_ascii=False))
heard = "no member" if ninth is None else ninth["status"]
sys.exit(0 if heard == sys.argv[1] else f"{heard}, not {sys.argv[1]}")' "$1"
}

application='... on MembershipApplication { status version approvals { officerId } } ... on Problem { code message }'
proposal='... on MembershipProposal { number state missing } ... on Problem { code message }'
membership='... on Membership { status version } ... on Problem { code message }'
proposal_state='query ($number: UUID!) { proposal(number: $number) { ... on MembershipProposal { state missing } } }'
applications='query ($court: CourtCode!) { applications(court: $court) {
  ... on ApplicationList { applications {
    status version particulars { name url fingerprint { chinese english } }
    conformanceRuns { startedAt finishedAt isGreen findings { check expected found path } }
  } } ... on Problem { code message } } }'
start='mutation ($input: ApplicationActInput!) { startConformanceRun(input: $input) { '$application' } }'
approve='mutation ($input: ApplicationActInput!) { approveMembership(input: $input) { '$application' } }'
court='{"court": "浙0881"}'

admin=$(.venv/bin/xiezhi token --gateway --officer g-admin-01 --for gateway)
second=$(.venv/bin/xiezhi token --gateway --officer g-admin-02 --for gateway)
eight='浙0824:330824 浙0822:330822 浙0127:330127 赣1181:361181 赣1130:361130 赣1123:361123 皖1022:341022 皖1021:341021'

# --- the application -------------------------------------------------------------------------------------------------

look_up 'no member'

ask '待处理的申请 an application waits' "$admin" "$court" "$applications"
version=$(value 'it["applications"][0]["version"]')

ask '启动一致性测试 the first conformance run' "$admin" "{\"input\": {\"court\": \"浙0881\", \"version\": $version}}" "$start"
wait_until 'it["applications"][0]["conformanceRuns"][0]["finishedAt"] is not None' \
  '等待测试结束，约半分钟 waiting for its end, half a minute' "$admin" "$court" "$applications"
ask '未通过：差异 it is red: the difference' "$admin" "$court" "$applications"
[ "$(value 'it["applications"][0]["conformanceRuns"][0]["isGreen"]')" = False ]
version=$(value 'it["applications"][0]["version"]')

ask '未通过时不能审批 nobody approves what is red' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"version\": $version}}" "$approve" CONFORMANCE_REQUIRED

printf '\n== 江山升级节点 Jiangshan upgrades its node\n'
.venv/bin/xiezhi demo upgrade 浙0881

ask '再次测试 another run' "$admin" "{\"input\": {\"court\": \"浙0881\", \"version\": $version}}" "$start"
wait_until 'it["applications"][0]["conformanceRuns"][0]["finishedAt"] is not None' \
  '等待测试结束 waiting for its end' "$admin" "$court" "$applications"
[ "$(value 'it["applications"][0]["conformanceRuns"][0]["isGreen"]')" = True ]
version=$(value 'it["applications"][0]["version"]')
printf '\n== 通过 green\n'

# --- two admins, and the telephone -----------------------------------------------------------------------------------

printf '\n== 指纹：网关所见 the fingerprint as the gateway has it\n'
value 'it["applications"][0]["particulars"]["fingerprint"]["chinese"]'
value 'it["applications"][0]["particulars"]["fingerprint"]["english"]'
printf '\n== 指纹：江山在电话里读出 as Jiangshan reads it out on the telephone\n'
.venv/bin/xiezhi join --court 浙0881 --keys "$folder/330881" --facts "$folder/330881/court.json"

ask '第一名管理员同意 the first admin approves' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"version\": $version}}" "$approve"
version=$(value 'it["version"]')
ask '同一人不能再次同意 but not twice' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"version\": $version}}" "$approve" SELF_APPROVAL_FORBIDDEN
ask '第二名管理员同意 a second admin approves' "$second" \
  "{\"input\": {\"court\": \"浙0881\", \"version\": $version}}" "$approve"
version=$(value 'it["version"]')

# --- the courts decide -----------------------------------------------------------------------------------------------

where=$(.venv/bin/xiezhi demo where) && eval "$where"
ask '提请各法院表决 the admission is brought before the courts' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"effectiveAt\": \"$now\", \"version\": $version}}" \
  'mutation ($input: ProposeDecisionInput!) { proposeAdmission(input: $input) { '"$proposal"' } }'
# shellcheck disable=SC2086 (a list)
sign "$(value 'it["number"]')" PUBLISHED $eight

wait_until '"浙0881" in [each["code"] for each in it]' '江山出现在成员法院中 Jiangshan is listed' "$admin" '{}' '{ courts { code state } }'
look_up EMPTY

# --- suspended and reinstated ----------------------------------------------------------------------------------------

standing='query ($court: CourtCode!) { membership(court: $court) { '$membership' } }'
ask '成员资格 its membership' "$admin" "$court" "$standing"
version=$(value 'it["version"]')
ask '暂停 the gateway suspends it' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"ground\": \"NODE_FAULTY\", \"version\": $version}}" \
  'mutation ($input: SuspendMembershipInput!) { suspendMembership(input: $input) { '"$membership"' } }'
wait_until '"SUSPENDED" in [each["state"] for each in it]' '已暂停 it is suspended' "$admin" '{}' '{ courts { code state } }'
look_up NOT_ASKED

ask '成员资格 its membership' "$admin" "$court" "$standing"
version=$(value 'it["version"]')
where=$(.venv/bin/xiezhi demo where) && eval "$where"
ask '恢复 it is reinstated' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"effectiveAt\": \"$now\", \"version\": $version}}" \
  'mutation ($input: ProposeDecisionInput!) { reinstateMembership(input: $input) { '"$membership"' } }'
wait_until '"SUSPENDED" not in [each["state"] for each in it]' '已恢复 it takes part again' "$admin" '{}' '{ courts { code state } }'
look_up EMPTY

# --- it leaves -------------------------------------------------------------------------------------------------------

printf '\n== 江山申请退出 Jiangshan signs that it leaves\n'
.venv/bin/xiezhi membership withdraw --court 浙0881 --key "$folder/330881/governance.key"
send "$gateway" "$admin" "$court" 'query ($court: CourtCode!) { proposals(court: $court, state: OPEN) {
  ... on ProposalList { proposals { number kind } } ... on Problem { code message } } }'
# shellcheck disable=SC2086
sign "$(value 'it["proposals"][0]["number"]')" PUBLISHED $eight
wait_until '"WITHDRAWING" in [each["state"] for each in it]' '正在退出 it is leaving' "$admin" '{}' '{ courts { code state } }'

ask '成员资格 its membership' "$admin" "$court" "$standing"
version=$(value 'it["version"]')
where=$(.venv/bin/xiezhi demo where) && eval "$where"
ask '没有未结事项，提请办结退出 no task is open: the end of it is brought before the courts' "$admin" \
  "{\"input\": {\"court\": \"浙0881\", \"effectiveAt\": \"$now\", \"version\": $version}}" \
  'mutation ($input: ProposeDecisionInput!) { finishWithdrawal(input: $input) { '"$proposal"' } }'
# shellcheck disable=SC2086
sign "$(value 'it["number"]')" PUBLISHED $eight
wait_until '"WITHDRAWN" in [each["state"] for each in it]' '已退出 it has left' "$admin" '{}' '{ courts { code state } }'
look_up 'no member'

printf '\nDone 完成\n'
