import Foundation
import Landing
import Logging
import NearEarth
import NeoWs
import Support
import Transform
import Warehouse

extension Pipeline {
    /// The batch's answers that are to be gone through: those that are landed and that this store has not dealt with, and what NASA (or
    /// a file) says now, landed first.
    func extract(_ batch: Batch, _ known: KnownBatch, _ context: RunContext) async throws(StageFailure) -> LandedBatch {
        let plan = context.plan
        var result = LandedBatch(batch: batch, bodies: [])
        var bodies: [LandedBatch.Body]
        if plan.stages.contains(.extract), let raw = plan.raw {
            bodies = try await land(raw, batch)
        } else {
            var landed = try await landedObservations(of: batch, plan)
            var bytes: [UInt8]?
            if plan.stages.contains(.extract), needsRequest(landed, known, plan) {
                let (new, received) = try await context.requests.withPermit { () async throws(StageFailure) in try await fetch(batch, plan) }
                landed.append(new)
                bytes = received
                result.wasFetched = true
            }
            bodies = landed.compactMap { one in
                one.observation.map { LandedBatch.Body(landed: one, observation: $0, bytes: one == landed.last ? bytes : nil) }
            }
        }
        bodies.sort { $0.landed.stamp < $1.landed.stamp }
        guard let newest = bodies.last else { throw StageFailure(batch, plan.stages.lowerBound, .nothingLanded) }
        result.newest = newest.landed
        result.bodies = bodies.filter { isDue($0.landed, isNewest: $0.landed == newest.landed, known, plan) }
        return result
    }

    /// What is landed of a batch. Where new answers are asked for anyway, evidence that was damaged is no reason not to.
    private func landedObservations(of batch: Batch, _ plan: Plan) async throws(StageFailure) -> [LandedBody] {
        do throws(LandingError) {
            return try await landing.observations(of: batch)
        } catch {
            if case .damaged = error, plan.refresh, plan.stages.contains(.extract) {
                logger.warning("A manifest can't be read, asking again.", metadata: ["batch": "\(batch)", "cause": "\(error)"])
                return []
            }
            throw StageFailure(batch, .extract, Task.isCancelled ? .cancelled : .landing(error))
        }
    }

    /// Whether this store still has to deal with a landed answer.
    private func isDue(_ landed: LandedBody, isNewest: Bool, _ known: KnownBatch, _ plan: Plan) -> Bool {
        guard let entry = known.entry(landed) else { return true }
        switch entry.state {
        case .published: return plan.again
        case .refused: return plan.again || (isNewest && (plan.acceptsRemovals || !plan.stages.contains(.extract)))
        case .planned, .landed, .transformed, .audited: return true
        }
    }

    /// A request is due where nothing is landed, on demand, where the audit refused what was answered last, and where the answers left a
    /// day out: NASA may have mended it. What a simulator made up stands for no other service.
    private func needsRequest(_ landed: [LandedBody], _ known: KnownBatch, _ plan: Plan) -> Bool {
        guard let newest = landed.max(by: { $0.stamp < $1.stamp }), !plan.refresh else { return true }
        if let since = plan.freshSince, landed.allSatisfy({ $0.receivedAt < since }) { return true }
        if newest.simulated, newest.service != service { return true }
        switch known.entry(newest)?.state {
        case .refused: return !plan.acceptsRemovals
        case .published: return !known.missingDays.isEmpty && !plan.again
        default: return false
        }
    }

    private func fetch(_ batch: Batch, _ plan: Plan) async throws(StageFailure) -> (LandedBody, [UInt8]) {
        let body: NeoWsClient.FetchedBody
        do throws(NeoWsError) {
            body = try await client.fetch(batch, needed: plan.batches.count)
        } catch {
            if case .cancelled = error { throw StageFailure(batch, .extract, .cancelled) }
            guard case .unusableBody(_, let bytes) = error else { throw StageFailure(batch, .extract, .service(error)) }
            // The answer is evidence; that it can't be kept must not hide what was wrong with it.
            let kept = try? await landing.keepRefused(bytes, of: batch)
            throw StageFailure(batch, .extract, .service(error), evidence: kept)
        }
        let landed = try await inStage(.extract, batch) { () async throws(LandingError) in
            try await landing.land(
                body.bytes, of: batch,
                FetchMetadata(
                    receivedAt: body.receivedAt, serviceDate: body.serverDate, requestID: body.requestID, service: service, isSimulated: body.isSimulated))
        }
        logger.debug("Landed.", metadata: ["batch": "\(batch)", "file": "\(landed.file)", "bytes": "\(landed.bytes)"])
        return (landed, body.bytes)
    }

    /// Lands a batch's files, and what another landing zone says of them.
    private func land(_ raw: RawFiles, _ batch: Batch) async throws(StageFailure) -> [LandedBatch.Body] {
        try await inStage(.extract, batch) { () async throws(LandingError) in
            var bodies: [LandedBatch.Body] = []
            for source in raw.sources(of: batch) {
                let body = try await raw.read(source)
                // One that lies in this landing zone is landed.
                if let landed = source.manifest, let observation = landed.observation, landing.path(of: landed) == source.name {
                    bodies.append(LandedBatch.Body(landed: landed, observation: observation, bytes: body.bytes))
                    continue
                }
                let manifest = source.manifest
                // Somebody else's fetching may have left a key in it.
                let bytes = KeyScrubber(key: nil).scrub(body.bytes)
                let landed = try await landing.land(
                    bytes, of: batch,
                    FetchMetadata(
                        receivedAt: manifest?.receivedAt ?? body.modifiedAt, serviceDate: manifest?.serviceDate, requestID: manifest?.requestID ?? "",
                        service: manifest?.service ?? raw.location, isSimulated: manifest?.simulated ?? false))
                if let manifest, let zone = source.zone { try await landing.adopt(from: zone, manifest, as: landed, rules: 1...Rules.version) }
                if let observation = landed.observation { bodies.append(LandedBatch.Body(landed: landed, observation: observation, bytes: bytes)) }
            }
            return bodies
        }
    }

    /// Records that the answers are landed: where that is all that was asked for.
    func record(_ landed: LandedBatch, _ context: RunContext) async throws(StageFailure) -> BatchOutcome {
        let new = landed.bodies.map(\.observation).filter { body in
            !(context.known[landed.batch]?.observations.contains { $0.observation.stamp == body.stamp } ?? false)
        }
        try await inStage(.extract, landed.batch) { () async throws(StoreError) in
            try await store.recordLanding(new, by: context.run)
        }
        return landed.outcome(.landed)
    }
}
