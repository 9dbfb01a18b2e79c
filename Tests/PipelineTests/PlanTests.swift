import Landing
import NearEarth
import NeoWs
import Pipeline
import Support
import Testing
import Warehouse

@Suite("Plans and exit codes")
struct PlanTests {
    @Test func aRangeIsCutIntoItsRequests() throws {
        let range = DateWindow(
            from: try #require(CalendarDate("2020-01-01")), to: try #require(CalendarDate("2020-12-31")))
        let plan = Plan(command: "backfill", range: range)
        #expect(plan.batches.count == 46)
        #expect(plan.batches.first?.name == "feed 2020-01-01..2020-01-08")
        #expect(plan.batches.last?.name == "feed 2020-12-26..2020-12-31")
        #expect(plan.stages == .extract ... .publish)
        #expect(plan.range == range)
        #expect(Plan(command: "lookup", batches: [.lookup(spkID: "1")]).range == nil)
    }

    @Test func whatIsNotAskedForIsNotDone() {
        let plan = Plan(command: "lookup", batches: [.lookup(spkID: "1")])
        #expect(!plan.refresh)
        #expect(!plan.again)
        #expect(plan.checkpointLimit == nil)
        #expect(!plan.acceptsRemovals)
    }

    @Test func stagesAreInTheOrderOfTheWork() {
        #expect(Stage.allCases.sorted() == [.extract, .transform, .audit, .publish])
    }

    @Test func exitCodesAreThoseOfTheTable() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 64, 65, 69, 70, 74, 75, 77, 130])
        #expect(Set(ExitStatus.allCases.map(\.meaning)).count == ExitStatus.allCases.count)
    }

    @Test func theWorseOfTwoDoesNotDependOnTheirOrder() {
        for left in ExitStatus.allCases {
            for right in ExitStatus.allCases {
                let worse = ExitStatus.worse(left, right)
                #expect(worse == ExitStatus.worse(right, left) && (worse == left || worse == right))
            }
            #expect(ExitStatus.worse(left, .success) == left)
        }
        #expect(ExitStatus.worse(.dataRefused, .keyRefused) == .keyRefused)
        #expect(ExitStatus.worse(.tryLater, .dataRefused) == .tryLater)
    }

    @Test func aStoresErrorHasItsCode() {
        #expect(StoreError.badURL("x").exitStatus == .usage)
        #expect(StoreError.mixedOrigin(store: "s", holds: "nasa", offered: "simulated").exitStatus == .usage)
        #expect(StoreError.unavailable(store: "s", cause: "c").exitStatus == .unavailable)
        #expect(StoreError.failed(store: "s", cause: "c").exitStatus == .inputOutput)
        #expect(StoreError.busy(store: "s").exitStatus == .tryLater)
        #expect(StoreError.leaseLost(batch: "b").exitStatus == .tryLater)
        #expect(StoreError.denied(store: "s", cause: "c").exitStatus == .keyRefused)
        #expect(StoreError.noDatabase(store: "s", cause: "c").exitStatus == .usage)
        #expect(StoreError.unreadable("x").exitStatus == .internalError)
    }
}
