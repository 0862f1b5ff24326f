# Lets a little market happen on the node at $TOLSEY_NODE: market.sh <repository>
#
# What a client of the API may ask for has to be there: a published model, an auditor, a run that
# was settled with its receipt, and an order, an offer and a lease that are alive.
set -euo pipefail
examples="$1/Examples/digits"

tolsey model add "$examples/digits.onnx" --calibrate "$examples/calibration.npy" >model.out
model=$(grep -o 'model_[0-9a-z]*' model.out | head -1)
for name in seller buyer checker; do
  tolsey key new "$name" --quiet >"$name.key.out"
  tolsey account fund "$name" --quiet >"$name.fund.out"
done

started=()
# Killed and not stopped: who stops in order withdraws its offer, and it is to stay.
trap 'for one in "${started[@]}"; do kill -KILL "$one" 2>/dev/null || true; done' EXIT

# Waits until a command says a word, for ten minutes at most: a busy machine is slow, not wrong.
until_says() {
  local word="$1"
  shift
  local end=$((SECONDS + 600))
  while ((SECONDS < end)); do
    "$@" 2>/dev/null | grep -q "$word" && return 0
    sleep 0.2
  done
  echo "nobody said $word" >&2
  return 1
}

tolsey check --bond 5 --key checker >check.out 2>check.err &
started+=($!)
until_says registered cat check.out
tolsey sell --model "$model" --price 0.004 --key seller >sell.out 2>sell.err &
started+=($!)
until_says model_ tolsey offer list
tolsey buy --model "$model" --input "$examples/digits.npy" --index 3 --limit 0.01 --key buyer \
  --receipt run.receipt >buy.out 2>buy.err

tolsey key new court --quiet >court.key.out
tolsey account fund court --quiet >court.fund.out
tolsey sell --model "$model" --price 0.003 --check disputable --run-time 60 --key court \
  >court.out 2>court.err &
started+=($!)
until_says 0.003 tolsey offer list
tolsey buy --model "$model" --input "$examples/digits.npy" --index 4 --limit 0.01 --key buyer \
  --check disputable --receipt court.receipt >buy2.out 2>buy2.err &
started+=($!)
until_says "answer is in" cat buy2.err
tolsey order create --model "$model" --input "$examples/digits.npy" --index 0 --limit 0.001 \
  --key buyer >order.out 2>order.err
