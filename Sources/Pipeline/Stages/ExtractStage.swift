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
    func extract(_ claimed: ClaimedBatch) async throws -> LandedBatch {
        let plan = claimed.plan
        var result = LandedBatch(claimed: claimed)
        if plan.stages.contains(.extract), let raw = plan.raw {
            try await land(raw, in: &result)
        } else {
            let landed = try await landedObservations(claimed)
            if plan.stages.contains(.extract), needsRequest(landed, claimed) {
                let (new, bytes) = try await claimed.context.requests.withPermit { try await fetch(claimed) }
                add(new, bytes, to: &result)
                result.wasFetched = true
            }
            for one in landed { add(one, to: &result) }
        }
        // The same answer may lie in several places.
        let answers = Dictionary(result.answers.map { ($0.landed.stamp, $0) }, uniquingKeysWith: { first, _ in first })
            .values.sorted { $0.landed.stamp < $1.landed.stamp }
        guard let newest = answers.last?.landed else {
            throw StageFailure(claimed.batch, plan.stages.lowerBound, .nothingLanded)
        }
        result.newest = newest
        result.answers = []
        for answer in answers where try await isDue(answer.landed, isNewest: answer.landed == newest, claimed) {
            result.answers.append(answer)
        }
        return result
    }

    /// What is landed of a batch. Where new answers are asked for anyway, evidence that was damaged is not a reason not
    /// to. What a simulator made up stands for no other service, unless this store has it.
    private func landedObservations(_ claimed: ClaimedBatch) async throws(LandingError) -> [LandedBody] {
        do throws(LandingError) {
            return try await landing.observations(of: claimed.batch).filter {
                !$0.simulated || $0.service == service || claimed.known.entry($0.stamp) != nil
            }
        } catch {
            guard case .damaged = error, claimed.plan.refresh, claimed.plan.stages.contains(.extract) else {
                throw error
            }
            logger.warning(
                "A manifest can't be read, asking again.", metadata: ["batch": "\(claimed.batch)", "cause": "\(error)"])
            return []
        }
    }

    /// Whether this store still has to deal with a landed answer.
    private func isDue(_ landed: LandedBody, isNewest: Bool, _ claimed: ClaimedBatch) async throws(LandingError)
        -> Bool
    {
        let plan = claimed.plan
        switch claimed.known.entry(landed.stamp)?.state {
        case .published: return plan.again
        // Where no new answer is asked for, what the last one was refused for is said again.
        case .refused:
            if plan.again || (isNewest && (plan.acceptsRemovals || plan.raw != nil || !plan.stages.contains(.extract)))
            {
                return true
            }
            // Somebody may have accepted it since, for another store.
            return try await landing.acceptance(of: landed) != nil
        case .planned, .landed, .transformed, .audited, nil: return true
        }
    }

    /// A request is due where nothing is landed, on demand, where the audit refused what was answered last, and where
    /// the answers left a day out: NASA may have mended it.
    private func needsRequest(_ landed: [LandedBody], _ claimed: ClaimedBatch) -> Bool {
        let plan = claimed.plan
        guard let newest = landed.max(by: { $0.stamp < $1.stamp }), !plan.refresh else { return true }
        if plan.isTooOld(landed) { return true }
        switch claimed.known.entry(newest.stamp)?.state {
        case .refused: return !plan.acceptsRemovals
        case .published: return !claimed.known.missingDays.isEmpty && !plan.again
        default: return false
        }
    }

    private func fetch(_ claimed: ClaimedBatch) async throws -> (LandedBody, [UInt8]) {
        let batch = claimed.batch
        let body: NeoWsClient.FetchedBody
        do throws(NeoWsError) {
            body = try await client.fetch(batch, needed: claimed.plan.batches.count)
        } catch {
            if case .cancelled = error { throw CancellationError() }
            guard case .unusableBody(_, let bytes) = error else { throw error }
            // The answer is evidence; that it can't be kept must not hide what was wrong with it.
            let kept = try? await landing.keepRefused(bytes, of: batch)
            throw StageFailure(batch, .extract, .service(error), evidence: kept)
        }
        // What the store can't take is not landed either: a store is rebuilt from what is.
        let offered = body.isSimulated ? "simulated" : "nasa"
        if let holds = claimed.context.origin, holds != offered {
            throw StoreError.mixedOrigin(store: store.location, holds: holds, offered: offered)
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
    private func land(_ raw: RawFiles, in result: inout LandedBatch) async throws(LandingError) {
        let sources = try await raw.sources(of: result.batch)
        let newest = sources.compactMap(\.manifest?.stamp).max()
        for source in sources {
            let manifest = source.manifest
            // One that lies in this landing zone is landed.
            if let manifest, landing.path(of: manifest) == source.name {
                add(manifest, to: &result)
                continue
            }
            let file: (bytes: [UInt8], modifiedAt: Date)
            do throws(LandingError) {
                file = try await raw.read(source)
            } catch {
                // A newer answer goes on without it; the batch's end says so.
                guard case .damaged = error, let stamp = manifest?.stamp, let newest, stamp < newest else {
                    throw error
                }
                result.lost = error
                continue
            }
            // Somebody else's fetching may have left a key in it.
            let bytes = KeyScrubber(key: nil).scrub(file.bytes)
            let landed = try await landing.land(
                bytes, of: result.batch,
                FetchMetadata(
                    receivedAt: manifest?.receivedAt ?? file.modifiedAt, serviceDate: manifest?.serviceDate,
                    requestID: manifest?.requestID ?? "", service: manifest?.service ?? raw.location,
                    isSimulated: manifest?.simulated ?? false))
            if let manifest {
                try await landing.adopt(from: raw.zone(of: source), manifest, as: landed, rules: 1...Rules.version)
            }
            add(landed, bytes, to: &result)
        }
    }

    /// Adds a landed answer, with its bytes where the engine wants them.
    private func add(_ landed: LandedBody, _ bytes: [UInt8]? = nil, to result: inout LandedBatch) {
        guard let observation = landed.observation else { return }
        result.answers.append(
            LandedAnswer(landed: landed, observation: observation, bytes: engine.jobSize == nil ? bytes : nil))
    }

    /// Records that the answers are landed, where that is all that was asked for, and gives up a batch that turned out
    /// to need nothing.
    func record(_ landed: LandedBatch) async throws(StoreError) -> BatchOutcome {
        guard !landed.answers.isEmpty else {
            try await store.release(landed.batch, by: landed.context.run, error: nil)
            return landed.outcome(nil)
        }
        let new = landed.answers.filter { landed.known.entry($0.landed.stamp) == nil }
        try await store.record(.landed, of: new.map { ($0.observation, nil) }, by: landed.context.run)
        return landed.outcome(.extract)
    }
}
