# shellcheck shell=bash
# Functions of `rollout` and `rotate-database-password`. To be sourced after `program`, `namespace` and `step_seconds`
# are set.

ours=app.kubernetes.io/part-of=skoleloeft component=app.kubernetes.io/component

render() {
  if command -v kustomize >/dev/null; then kustomize build "$1"; else kubectl kustomize "$1"; fi
}
show_log() { # the end of the log of a Job's pods
  kubectl logs -n "$namespace" "job/$1" --all-pods --prefix --tail=40 >&2 2>/dev/null \
    || kubectl logs -n "$namespace" "job/$1" --tail=40 >&2 || echo "(no log of $1)" >&2
}
jobs_of() { # each Job of a step: name, status of Complete, status of Failed, number of failed tries
  kubectl get job -n "$namespace" -l "$ours,$component=$1" -o "jsonpath={range .items[*]}{.metadata.name},\
{.status.conditions[?(@.type==\"Complete\")].status},{.status.conditions[?(@.type==\"Failed\")].status},{.status.failed}{\"\n\"}{end}"
}
wait_for() {
  local step=$1 deadline=$((SECONDS + step_seconds)) told="" open states name complete failed tries
  while :; do
    open=()
    states=$(jobs_of "$step") # a separate command, so that the roll-out ends if the cluster does not answer
    [[ -n $states ]] || { echo "$program: no Job of the step $step is there. No process was touched by this step." >&2; exit 1; }
    while IFS=, read -r name complete failed tries; do
      [[ -n $name ]] || continue
      if [[ $failed == True ]]; then
        echo "$program: $name failed. No process was touched by this step. Its log:" >&2
        show_log "$name"
        exit 1
      fi
      [[ $complete == True ]] || open+=("$name")
      if [[ -n $tries && $told != *"$name=$tries "* ]]; then
        told+="$name=$tries "
        echo "$program: $name: $tries tries have failed so far; it is tried again" >&2
      fi
    done <<<"$states"
    ((${#open[@]})) || return 0
    if ((SECONDS >= deadline)); then
      echo "$program: ${open[*]} not complete after $step_seconds s. No process was touched by this step. The log:" >&2
      for name in "${open[@]}"; do show_log "$name"; done
      exit 1
    fi
    sleep 2
  done
}
