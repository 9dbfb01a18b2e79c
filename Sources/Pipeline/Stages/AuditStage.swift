import Foundation
import Landing
import NearEarth
import Support
import Transform
import Warehouse

extension Pipeline {
    /// Holds the statements against the batch rules; what is said of them is landed either way.
    func audit(_ transformed: TransformedBatch) async throws -> AuditedBatch {
        if transformed.plan.stages.lowerBound == .audit { try require(before: .audit, transformed) }
        if let newest = transformed.newest {
            let shortcomings = transformed.plan.demand.shortcomings(
                approaches: newest.listed, days: newest.days.map(\.date), of: transformed.batch)
            guard shortcomings.isEmpty else {
                throw StageFailure(transformed.batch, .audit, .demand(shortcomings, isPublished: false))
            }
        }
        return try await transformed.context.audits(transformed)
    }

    /// Holds batches' statements against the batch rules, and lands what it says of them: each observation is judged
    /// once under a version of the rules, and whoever comes later takes the word that is landed.
    func audit(_ group: [TransformedBatch], acceptsRemovals: Bool) async throws -> [AuditedBatch] {
        var asked: [[StatementToAudit]] = []
        for batch in group {
            var statements: [StatementToAudit] = []
            for item in batch.items { statements.append(try await question(item)) }
            asked.append(statements)
        }
        let results = try await store.audit(
            asked, accepts: { acceptsRemovals && BatchRule.areAcceptable($0) }, rules: BatchRule.results)
        var audited: [AuditedBatch] = []
        for (batch, (asked, results)) in zip(group, zip(asked, results)) {
            var items: [JudgedStatement] = []
            for (item, (asked, results)) in zip(batch.items, zip(asked, results)) {
                items.append(
                    JudgedStatement(
                        observation: item.observation, statement: item.statement,
                        processedFile: item.landed.processedFile,
                        judgment: try await judge(item.landed, asked.judgment, results, acceptsRemovals),
                        results: results))
            }
            audited.append(AuditedBatch(transformed: batch, items: items))
        }
        // Before the ledger names them, verdicts and processed files are on disk.
        try await landing.sync()
        return audited
    }

    /// A statement with what was said of it before.
    private func question(_ item: TransformedBatch.Item) async throws(LandingError) -> StatementToAudit {
        let judgment = try await landing.judgment(of: item.landed, rules: Rules.version)
        let earlier =
            judgment == nil
            ? try await landing.judgment(of: item.landed, before: Rules.version, from: Rules.firstWithVerdicts) : nil
        return StatementToAudit(
            observation: item.observation, statement: item.statement, judgment: judgment, earlier: earlier)
    }

    /// What counts of an observation: what is landed, else what the rules say now.
    private func judge(
        _ landed: LandedBody, _ known: Judgment?, _ results: [QualityResult], _ acceptsRemovals: Bool
    ) async throws(LandingError) -> Judgment {
        var judgment: Judgment
        if let known {
            judgment = known
        } else {
            let failures = results.filter { !$0.passed && $0.severity == .batch }
            let verdict = Verdict(
                rules: Rules.version, isAccepted: failures.isEmpty,
                findings: failures.map { "\($0.rule): \($0.detail)" },
                isAcceptable: BatchRule.areAcceptable(results), recordedAt: Timestamp.toMillisecond(Date()))
            judgment = Judgment(
                try await landing.keep(verdict, of: landed),
                acceptance: try await failures.isEmpty ? nil : landing.acceptance(of: landed))
        }
        if acceptsRemovals, !judgment.isAccepted, judgment.verdict.isAcceptable {
            let acceptance = Acceptance(
                recordedAt: Timestamp.toMillisecond(Date()), host: ProcessInfo.processInfo.hostName)
            judgment.acceptance = try await landing.keep(acceptance, of: landed)
        }
        return judgment
    }

    /// Records what was said: where the publication is another command's work. A refusal is this stage's failure.
    func record(_ audited: AuditedBatch) async throws -> BatchOutcome {
        // What is published as today's rules read it stays so.
        let items = audited.items.filter {
            let entry = audited.known.entry($0.observation.stamp)
            return entry?.state != .published || entry?.rules != Rules.version
        }
        try await store.recordAudit(items, by: audited.context.run)
        if let refusal = audited.refusal { throw StageFailure(audited.batch, .audit, .audit(refusal)) }
        return try audited.transformed.outcome(.audit)
    }

    /// Makes sure that the stages before were gone through, where each is a command of its own.
    func require(before stage: Stage, _ transformed: TransformedBatch) throws(StageFailure) {
        let needs: [BatchState: String] = [.planned: "transform", .landed: "transform", .transformed: "audit"]
        for item in transformed.items {
            let state = transformed.known.entry(item.landed.stamp)?.state ?? .planned
            guard let needs = needs[state], needs != stage.rawValue else { continue }
            throw StageFailure(transformed.batch, stage, .store(.notReady(batch: transformed.batch.name, needs: needs)))
        }
    }
}
