import Foundation
import PerigeeTesting
import Testing

/// Random sequences of what can happen to a store, held against an independent model (`Model/model.py`, which prints the seed that fails).
struct ModelTests {
}
