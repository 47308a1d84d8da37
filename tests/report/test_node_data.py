import json
from dataclasses import replace

from tests.reported_model import everything, nothing
from tools.report.node_data import node_data


def test_layers_by_the_name_of_their_output():
    made = everything()
    graphs = json.loads(node_data(made))
    assert {*graphs} == {"main"}
    results = graphs["main"]["results"]
    assert {name: each["value"] for name, each in results.items()} == {
        layer.name: round(layer.sqnr_db, 2) for layer in made.layers
    }
    assert [each["stop"] for each in graphs["main"]["gradient"]] == [0, 0.5, 1]


def test_other_subgraphs_are_graphs_of_their_own():
    made = everything()
    layers = (made.layers[0], replace(made.layers[1], subgraph=1))
    graphs = json.loads(node_data(replace(made, layers=layers, graphs=("main", "body"))))
    assert {name: [*each["results"]] for name, each in graphs.items()} == {
        "main": ["h"],
        "body": ["y"],
    }


def test_without_layers_there_are_no_results():
    assert json.loads(node_data(nothing()))["main"]["results"] == {}
