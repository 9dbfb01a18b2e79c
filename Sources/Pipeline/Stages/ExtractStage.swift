import Landing
import Logging
import NearEarth
import NeoWs
import Warehouse

extension Pipeline {
    /// The batch's raw body: as it is landed, or asked of NASA (or taken from a file) and landed now.
    func extract(_ batch: Batch, _ record: BatchRecord, _ work: RunContext, _ outcome: inout BatchOutcome) async throws(StageFailure) -> Evidence {
        let plan = work.plan
        var evidence: Evidence?
        if plan.stages.contains(.extract), let raw = plan.raw {
            evidence = try await bringIn(raw, batch)
        } else {
            evidence = try await inLanding(batch, .extract) { () async throws(LandingError) in try await landing.latest(batch) }.map { Evidence(landed: $0) }
            if plan.stages.contains(.extract), needsRequest(evidence?.landed, record, plan) {
                await work.turns.enter()
                let fetched = await result { () async throws(StageFailure) in try await fetch(batch, plan) }
                await work.turns.leave()
                evidence = try fetched.get()
                outcome.wasExtracted = true
            }
        }
        guard let evidence else { throw StageFailure(batch, plan.stages.lowerBound, .nothingLanded) }
        let landed = evidence.landed
        outcome.rawSHA256 = landed.sha256
        outcome.rawFile = landed.file
        // In the ledger a batch goes back to `landed` only for a body that it does not know yet. What is loaded at once is recorded then.
        if plan.stages == .extract ... .extract, record.rawSHA256 != landed.sha256 || record.state == .planned {
            let facts = landed.facts
            try await inStore(batch, .extract) { () async throws(StoreError) in try await store.recordLanding(facts, of: batch, by: work.run) }
        }
        // A cluster reads what is landed; the bodies of a whole run are not kept until it does.
        return work.gathering == nil ? evidence : Evidence(landed: landed)
    }

    /// A request is due where nothing is landed, on demand, and where the audit refused what is landed: NASA may have mended it.
    /// What a simulator made up stands for no other service.
    private func needsRequest(_ landed: LandedBody?, _ record: BatchRecord, _ plan: Plan) -> Bool {
        guard let landed, !plan.refresh else { return true }
        if let since = plan.freshSince, landed.receivedAt < since { return true }
        if landed.simulated, landed.service != service { return true }
        return record.state == .refused && record.rawSHA256 == landed.sha256
    }

    /// Lands a batch's files, the newest last.
    private func bringIn(_ raw: RawFiles, _ batch: Batch) async throws(StageFailure) -> Evidence? {
        try await inLanding(batch, .extract) { () async throws(LandingError) in
            var newest: Evidence?
            for (body, source) in try await raw.bodies(of: batch) {
                // One that lies in this landing zone is landed.
                if let landed = source.manifest, landing.path(of: landed) == source.name {
                    newest = Evidence(landed: landed, bytes: body.bytes)
                    continue
                }
                let receipt = Receipt(
                    receivedAt: source.manifest?.receivedAt ?? body.modifiedAt, requestID: source.manifest?.requestID ?? "",
                    service: source.manifest?.service ?? raw.location, isSimulated: source.manifest?.simulated ?? false)
                // Somebody else's fetching may have left a key in it.
                let bytes = KeyScrubber(key: nil).scrub(body.bytes)
                newest = Evidence(landed: try await landing.land(bytes, of: batch, receipt: receipt), bytes: bytes)
            }
            return newest
        }
    }

    private func result<Value>(_ body: () async throws(StageFailure) -> Value) async -> Result<Value, StageFailure> {
        do throws(StageFailure) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func fetch(_ batch: Batch, _ plan: Plan) async throws(StageFailure) -> Evidence {
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
        let receipt = Receipt(receivedAt: body.receivedAt, requestID: body.requestID, service: service, isSimulated: body.isSimulated)
        let landed = try await inLanding(batch, .extract) { () async throws(LandingError) in
            try await landing.land(body.bytes, of: batch, receipt: receipt)
        }
        logger.debug("Landed.", metadata: ["batch": "\(batch)", "file": "\(landed.file)", "bytes": "\(landed.bytes)"])
        return Evidence(landed: landed, bytes: body.bytes)
    }
}

/// A landed body, and its bytes where they are at hand.
struct Evidence: Sendable {
    var landed: LandedBody
    var bytes: [UInt8]?
}

extension LandedBody {
    /// The same for the ledger.
    var facts: LandedFacts {
        LandedFacts(file: file, sha256: sha256, bytes: bytes, receivedAt: receivedAt, requestID: requestID, isSimulated: simulated)
    }
}
