"""The contractor portal's client, on real tRPC servers and on recordings of them."""
