"""The router's type, so that a declaration can name a router without naming the framework."""

from fastapi import APIRouter

Router = APIRouter
