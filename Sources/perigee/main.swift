import ArgumentParser
import AsyncHTTPClient
import Hummingbird
import GRDB
import Configuration
import Crypto
print("hi")
