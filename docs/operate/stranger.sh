#!/usr/bin/env bash
# Reads a chain and a book with cast and psql alone, and compares them with the figures that
# `./tally demo --json FIGURES` wrote. Runs while the demo stays up; knows nothing but that file.
# SPDX-License-Identifier: Apache-2.0
#
#   docs/operate/stranger.sh FIGURES.json
#
# CAST names the cast program, if it is not on the path (npm: contracts/node_modules/.bin/cast).
set -euo pipefail
file=$1
cast=${CAST:-cast}
faults=0
checks=0

place() { sed -n 's/^ *"'"$1"'" *: *"\([^"]*\)".*/\1/p' "$file" | head -n 1; }
database=$(place database)
rpc=$(place rpc)
token=$(place token)
vault=$(place vault)
channels=$(place channels)

sql() { psql "$database" -XAtq -v ON_ERROR_STOP=1 -v figures="$(cat "$file")" <<<"$1"; }
chain() { "$cast" "$1" --rpc-url "$rpc" "${@:2}"; }
number() { chain call "$@" | head -n 1 | cut -d' ' -f1; }

same() { # what, found outside, said in the figures
  checks=$((checks + 1))
  if [ "$2" != "$3" ]; then
    echo "differs  $1: found $2, the figures say $3"
    faults=$((faults + 1))
  fi
}

# The book: every account of the figures, and no other.
same "accounts of the book that differ" "$(sql "
  select coalesce(a.path, f.account) || ' ' || coalesce(a.posted, 0) || ' <> ' || coalesce(f.units, 0)
  from ledger.account a
  full join jsonb_to_recordset(:'figures'::jsonb -> 'book') as f(account text, asset text, units numeric)
    on a.path = f.account and split_part(a.asset, '/', 1) = split_part(f.asset, '/', 1)
  where coalesce(a.posted, 0) <> coalesce(f.units, 0)")" ""
same "the book's sum per asset" "$(sql "select distinct sum(posted) from ledger.account group by asset")" "0"

# The chain: tokens of every holder, and every transaction.
while IFS='|' read -r holder units; do
  same "tokens of $holder" "$(number "$token" 'balanceOf(address)(uint256)' "$holder")" "$units"
done < <(sql "select f.holder, f.units
  from jsonb_to_recordset(:'figures'::jsonb -> 'chain') as f(holder text, units numeric)")
while IFS='|' read -r hash; do
  same "status of $hash" "$(chain receipt "$hash" status | cut -d' ' -f1)" "true"
done < <(sql "select f.hash
  from jsonb_to_recordset(:'figures'::jsonb -> 'transactions') as f(hash text)")

# Chain and book against each other.
same "the vault's reserve" "$(number "$vault" 'reserve()(uint128)')" \
  "$(sql "select coalesce(sum(posted), 0) from ledger.account where path like 'reserve/%'")"
reclaimed=0
while read -r data; do # Reclaimed(user, payment, amount, rest)
  reclaimed=$((reclaimed + $("$cast" to-dec "${data:0:66}")))
done < <(chain logs --from-block 0 --address "$vault" \
  'Reclaimed(address indexed,bytes32 indexed,uint128,uint128)' | sed -n 's/^ *data: *//p')
same "all that was ever reclaimed" "$reclaimed" "$(sql "
  select coalesce(sum(units), 0) from ledger.posting
  where from_path like 'power/%' and to_path like 'reserve/%'")"
same "what the channels hold" "$(number "$token" 'balanceOf(address)(uint256)' "$channels")" "$(sql "
  select coalesce(sum(posted), 0) from ledger.account where path like 'locked/%'")"

echo "$checks things read with cast and psql, $faults differ"
[ "$faults" = 0 ]
