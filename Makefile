# `make demo` and `make test` do all the set-up that they need, on a machine with Python 3.11 alone.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# The catalogue's user in the demo; `make demo DEMO_USER=` talks as a guest.
DEMO_USER ?= 7
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu

# Catalogues that pictures are learnt from, beside the drawings: `-c art -c eshop -c wines` for what ships.
PICTURES ?= -c art

.PHONY: demo test lint serve transcript weights adapter painter map campaign constraints clean help

help:  ## Show the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.cpu  ## Talk with the agent about films (a scripted talk where there is no terminal).
	@if [ -t 0 ]; then $(BIN)/tastemaker chat --catalog movies $(if $(DEMO_USER),--user $(DEMO_USER)); \
	else $(BIN)/tastemaker chat --catalog movies $(if $(DEMO_USER),--user $(DEMO_USER)) \
	  --say "something funny from the 90s, no horror" --say "shorter than 100 minutes" \
	  --say "more like the second one" --say "why that one?" \
	  --say "make me a poster for it in watercolour" \
	  --say "not that, I've seen it" --say "actually, make it sad"; fi

test: $(VENV)/.dev  ## Run every test, the one against the real embedded vLLM included.
	$(BIN)/python -m pytest -m "not embedded and not packs" -n 2 --dist worksteal
	$(BIN)/python -m pytest -m "embedded or packs"

lint: $(VENV)/.dev  ## ruff (lint and format) and pyright.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright

$(VENV)/.cpu: pyproject.toml constraints.txt
	@scripts/install.sh $(PYTHON) $(VENV) cpu,paint,serve $(TORCH_CPU_INDEX)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	@scripts/install.sh $(PYTHON) $(VENV) cpu,paint,serve,postgres,trace,dev $(TORCH_CPU_INDEX)
	@touch $@ $(VENV)/.cpu

campaign: $(VENV)/.cpu  ## Make two example campaigns (paintings; films) and open their contact sheets.
	$(BIN)/tastemaker campaign run examples/art.toml --out campaigns/art --open
	$(BIN)/tastemaker campaign run examples/movies.toml --out campaigns/movies --open

serve: $(VENV)/.cpu  ## Set up and serve the chat page and the API at http://127.0.0.1:8000.
	$(BIN)/tastemaker serve --catalog movies --campaigns campaigns

transcript: $(VENV)/.cpu  ## Hold a real conversation and write docs/conversation.md and docs/chat.svg.
	$(BIN)/python -P scripts/transcript.py

weights: $(VENV)/.cpu  ## Train what ships: the films' recommender, the intent classifier.
	$(BIN)/tastemaker train recommender --catalog movies --length 200
	$(BIN)/python -P scripts/ship_recommender.py movies
	$(BIN)/python -P scripts/ship_intents.py

adapter: $(VENV)/.dev  ## Teach the embedded LLM anew, for hours: remove the last one in your data folder first.
	$(BIN)/tastemaker train llm --task all --budget full --name reads
	$(BIN)/tastemaker train vision $(PICTURES) --name tastemaker-135m \
	  --from "$$($(BIN)/python -P -c 'from tastemaker.teaching.train_llm import adapter_folder as f; print(f("reads"))')"
	$(BIN)/python -P scripts/ship_adapter.py tastemaker-135m

painter: $(VENV)/.dev  ## Teach the image generator anew, for two hours; what was learnt before is gone on from.
	$(BIN)/tastemaker train image --budget small --out weights/tastemaker-painter

map: $(VENV)/.dev  ## Learn the map between words and pictures anew.
	$(BIN)/tastemaker train map $(PICTURES) --out weights/text-to-image

constraints: $(VENV)/.dev  ## Write constraints.txt anew from what is installed.
	@scripts/constraints.sh $(VENV)

clean:  ## Remove the environment and build leftovers; your data and cache stay.
	rm -rf $(VENV) build dist *.egg-info
