"""What `pip install` needs to know. Settings of the tools (pytest, ruff) are in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="dlfs2-numpy",
    version="0.1.0",
    description="Deep Learning from Scratch 2, chapters 2 to 8, in NumPy",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    packages=find_packages(include=["common", "common.*", "dataset", "dataset.*", "ch0*",
                                    "dlfs2", "dlfs2.*"]),
    package_data={"dlfs2": ["pages/*"]},
    python_requires=">=3.10",
    install_requires=["numpy>=1.21.2", "matplotlib>=3.5"],
    extras_require={"test": ["pytest>=7.3"]},
)
