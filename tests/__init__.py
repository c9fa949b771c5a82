"""The tests, one folder for each folder of the library: tests/common/test_layers.py tests common/layers.py."""
