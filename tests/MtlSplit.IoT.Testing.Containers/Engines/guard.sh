#!/bin/bash
# Runs a container engine in a folder for as long as standard input stays open, then ends it and takes everything of it away, the folder too. Whoever started this
# holds the other end of standard input, which the system closes also when that process is killed.
# usage: guard.sh FOLDER DOCKERD [ARGUMENT...]
set -u
folder=$1
engine=$2
shift 2

# No bridge and no rules in the machine's packet filter: containers have the machine's network or none.
"$engine" --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" --host "unix://$folder/docker.sock" \
    --bridge=none --iptables=false --ip6tables=false --shutdown-timeout 2 "$@" </dev/null >"$folder/log" 2>&1 &
process=$!

alive() {
    kill -0 "$process" 2>/dev/null
}

clean() {
    trap '' HUP INT TERM
    alive || tail -n 20 "$folder/log" >&2
    # Containers first: the engine would wait for those that do not end by themselves.
    for inside in "$folder"/exec/containerd/daemon/io.containerd.runtime.v2.task/moby/*/init.pid; do
        [ ! -f "$inside" ] || kill -KILL "$(cat "$inside")" 2>/dev/null
    done
    kill "$process" 2>/dev/null
    for _ in {1..150}; do
        alive || break
        sleep 0.1
    done
    # What is left now would stay: the engine where it hangs, and its children, which all have the folder in their command lines.
    kill -KILL "$process" 2>/dev/null
    pgrep -f -- "$folder/exec" | while read -r left; do
        [ "$left" = $$ ] || kill -KILL "$left" 2>/dev/null
    done
    while read -r _ place _; do
        case $place in "$folder"/*) echo "$place" ;; esac
    done </proc/self/mounts | sort -r | while read -r place; do
        umount --lazy "$place"
    done
    rm -rf --one-file-system "$folder"
}

trap clean EXIT
trap exit HUP INT TERM

while alive; do
    read -r -t 1 _
    # Above 128: nothing came, which is as it should be. Else it is the end.
    [ $? -gt 128 ] || break
done
