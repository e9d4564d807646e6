from setuptools import setup

setup(cffi_modules=["build_one.py:builder"], py_modules=["one"])
