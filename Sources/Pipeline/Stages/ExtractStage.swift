import Foundation
import Landing
import Logging
import NearEarth
import NeoWs
import Support
import Transform
import Warehouse

extension Pipeline {
    /// The batch's answers that are to be gone through: those that are landed and that this store has not dealt with,
    /// and what NASA (or a file) says now, landed first.
    func extract(_ batch: Batch, _ known: KnownBatch, _ context: RunContext) async throws -> LandedBatch {
        let plan = context.plan
        var result = LandedBatch(batch: batch, bodies: [])
        var bodies: [LandedBatch.Body]
        if plan.stages.contains(.extract), let raw = plan.raw {
            bodies = try await land(raw, batch, &result.lost)
        } else {
            var landed = try await landedObservations(of: batch, known, plan)
            var bytes: [UInt8]?
            if plan.stages.contains(.extract), needsRequest(landed, known, plan) {
                let (new, received) = try await context.requests.withPermit { try await fetch(batch, plan) }
                landed.append(new)
                bytes = received
                result.wasFetched = true
            }
            bodies = landed.compactMap { one in
                one.observation.map {
                    LandedBatch.Body(
                        landed: one, observation: $0, bytes: one == landed.last && !engine.readsBodies ? bytes : nil)
                }
            }
        }
        // The same answer may lie in several places.
        let answers = Dictionary(bodies.map { ($0.landed.stamp, $0) }, uniquingKeysWith: { first, _ in first })
        let inOrder = answers.values.sorted { $0.landed.stamp < $1.landed.stamp }
        guard let newest = inOrder.last else { throw StageFailure(batch, plan.stages.lowerBound, .nothingLanded) }
        result.newest = newest.landed
        for body in inOrder where try await isDue(body.landed, isNewest: body.landed == newest.landed, known, plan) {
            result.bodies.append(body)
        }
        return result
    }

    /// What is landed of a batch. Where new answers are asked for anyway, evidence that was damaged is not a reason not
    /// to. What a simulator made up stands for no other service, unless this store has it.
    private func landedObservations(of batch: Batch, _ known: KnownBatch, _ plan: Plan) async throws(LandingError)
        -> [LandedBody]
    {
        do throws(LandingError) {
            return try await landing.observations(of: batch).filter {
                !$0.simulated || $0.service == service || known.entry($0) != nil
            }
        } catch {
            guard case .damaged = error, plan.refresh, plan.stages.contains(.extract) else { throw error }
            logger.warning(
                "A manifest can't be read, asking again.", metadata: ["batch": "\(batch)", "cause": "\(error)"])
            return []
        }
    }

    /// Whether this store still has to deal with a landed answer.
    private func isDue(_ landed: LandedBody, isNewest: Bool, _ known: KnownBatch, _ plan: Plan)
        async throws(LandingError) -> Bool
    {
        guard let entry = known.entry(landed) else { return true }
        switch entry.state {
        case .published: return plan.again
        // Where no new answer is asked for, what the last one was refused for is said again.
        case .refused:
            if plan.again || (isNewest && (plan.acceptsRemovals || plan.raw != nil || !plan.stages.contains(.extract)))
            {
                return true
            }
            // Somebody may have accepted it since, for another store.
            return try await landing.acceptance(of: landed) != nil
        case .planned, .landed, .transformed, .audited: return true
        }
    }

    /// A request is due where nothing is landed, on demand, where the audit refused what was answered last, and where
    /// the answers left a day out: NASA may have mended it.
    private func needsRequest(_ landed: [LandedBody], _ known: KnownBatch, _ plan: Plan) -> Bool {
        guard let newest = landed.max(by: { $0.stamp < $1.stamp }), !plan.refresh else { return true }
        if let since = plan.freshSince, landed.allSatisfy({ $0.receivedAt < since }) { return true }
        switch known.entry(newest)?.state {
        case .refused: return !plan.acceptsRemovals
        case .published: return !known.missingDays.isEmpty && !plan.again
        default: return false
        }
    }

    private func fetch(_ batch: Batch, _ plan: Plan) async throws -> (LandedBody, [UInt8]) {
        let body: NeoWsClient.FetchedBody
        do throws(NeoWsError) {
            body = try await client.fetch(batch, needed: plan.batches.count)
        } catch {
            if case .cancelled = error { throw CancellationError() }
            guard case .unusableBody(_, let bytes) = error else { throw error }
            // The answer is evidence; that it can't be kept must not hide what was wrong with it.
            let kept = try? await landing.keepRefused(bytes, of: batch)
            throw StageFailure(batch, .extract, .service(error), evidence: kept)
        }
        let landed = try await landing.land(
            body.bytes, of: batch,
            FetchMetadata(
                receivedAt: body.receivedAt, serviceDate: body.serverDate, requestID: body.requestID, service: service,
                isSimulated: body.isSimulated))
        logger.debug("Landed.", metadata: ["batch": "\(batch)", "file": "\(landed.file)", "bytes": "\(landed.bytes)"])
        return (landed, body.bytes)
    }

    /// Lands a batch's files, and what another landing zone says of them.
    private func land(_ raw: RawFiles, _ batch: Batch, _ lost: inout LandingError?) async throws(LandingError)
        -> [LandedBatch.Body]
    {
        var bodies: [LandedBatch.Body] = []
        let sources = try await raw.sources(of: batch)
        let newest = sources.compactMap(\.manifest?.stamp).max()
        for source in sources {
            // One that lies in this landing zone is landed.
            let isHere = source.manifest.map { landing.path(of: $0) == source.name } ?? false
            if isHere, engine.readsBodies, let landed = source.manifest, let observation = landed.observation {
                bodies.append(LandedBatch.Body(landed: landed, observation: observation))
                continue
            }
            let body: (bytes: [UInt8], modifiedAt: Date)
            do throws(LandingError) {
                body = try await raw.read(source)
            } catch {
                // A newer answer goes on without it; the batch's end says so.
                guard case .damaged = error, let stamp = source.manifest?.stamp, let newest, stamp < newest else {
                    throw error
                }
                lost = error
                continue
            }
            if isHere, let landed = source.manifest, let observation = landed.observation {
                bodies.append(LandedBatch.Body(landed: landed, observation: observation, bytes: body.bytes))
                continue
            }
            let manifest = source.manifest
            // Somebody else's fetching may have left a key in it.
            let bytes = KeyScrubber(key: nil).scrub(body.bytes)
            let landed = try await landing.land(
                bytes, of: batch,
                FetchMetadata(
                    receivedAt: manifest?.receivedAt ?? body.modifiedAt, serviceDate: manifest?.serviceDate,
                    requestID: manifest?.requestID ?? "",
                    service: manifest?.service ?? raw.location, isSimulated: manifest?.simulated ?? false))
            if let manifest {
                try await landing.adopt(from: raw.zone(of: source), manifest, as: landed, rules: 1...Rules.version)
            }
            if let observation = landed.observation {
                bodies.append(
                    LandedBatch.Body(landed: landed, observation: observation, bytes: engine.readsBodies ? nil : bytes))
            }
        }
        return bodies
    }

    /// Records that the answers are landed: where that is all that was asked for.
    func record(_ landed: LandedBatch, _ known: KnownBatch, _ context: RunContext) async throws(StoreError)
        -> BatchOutcome
    {
        try await store.record(
            .landed, of: landed.bodies.filter { known.entry($0.landed) == nil }.map { ($0.observation, nil) },
            by: context.run)
        return landed.outcome(.landed)
    }
}
