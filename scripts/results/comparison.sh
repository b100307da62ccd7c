#!/usr/bin/env bash
# Images and figures of docs/comparison.md: every recipe with its defaults after the same number of Fashion-MNIST images, three seeds of each, by
# `gannet sweep`; what is there already is taken as it is (RUNS). RECIPES: which.
. "$(dirname "$0")/common.sh"
kimg=${KIMG:-30}
recipes=${RECIPES:-vanilla dcgan cgan wgan-gp sngan acgan infogan r3gan}
mkdir -p docs/comparison

sweep recipes "cfg = [$(printf '"%s", ' $recipes | sed 's/, $//')]"
case " $recipes " in *" r3gan "*) sweep without-classes "cond = [false]" 'cfg = "r3gan"' ;; esac

# Accuracy of a classifier that learnt from samples by class (gan-train), of the last network of each seed.
for run in "$RUNS"/recipes/*-{cgan,acgan,r3gan}-*; do
  [ -d "$run" ] || continue
  [ -s "$run/gan-train.json" ] || "$GANNET" eval --network "$run@last" --data fashion-mnist --split test --metrics gan-train10k --threads 1 --json >"$run/gan-train.json"
done
for recipe in $recipes; do
  grid=$(ls "$RUNS"/recipes/*-"$recipe"-*seed=0/fakes-0*.png | tail -n 1)
  cp "$grid" docs/comparison/"$recipe".png
  cpu_seconds 0.064 --cfg "$recipe" --data fashion-mnist >"$RUNS/$recipe-start.txt"
  cpu_seconds 5.184 --cfg "$recipe" --data fashion-mnist >"$RUNS/$recipe-more.txt"
done
python3 scripts/results/comparison.py "$RUNS" "$kimg" $recipes
