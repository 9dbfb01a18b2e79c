-- Sends the requests of a file in turn, from the first again after the last, and prints what came of them as one line of JSON.
--   wrk -t1 ... -s wrk.lua URL -- FILE [STATUS]
-- A line is METHOD <tab> PATH <tab> ENTITY TAG <tab> BODY; the last two may be empty. With STATUS, answers with another one are counted: that costs
-- wrk time for each answer.
local requests, sent, worker = {}, 0, nil
unexpected = 0

function setup(thread) worker = thread end

function init(arguments)
   for line in io.lines(arguments[1]) do
      local method, path, tag, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
      local headers = {}
      if tag ~= "" then headers["If-None-Match"] = tag end
      if body == "" then body = nil end
      requests[#requests + 1] = wrk.format(method, path, headers, body)
   end
   local expected = tonumber(arguments[2])
   if expected then
      response = function(status) if status ~= expected then unexpected = unexpected + 1 end end
   end
end

function request()
   sent = sent % #requests + 1
   return requests[sent]
end

function done(summary, latency)
   local errors = summary.errors
   -- Of statuses, wrk itself counts those above 399.
   local statuses = math.max(errors.status, worker:get("unexpected"))
   io.write(string.format('\n{"requests":%d,"seconds":%.6f,"bytes":%.0f,"mean_ms":%.4f,"p99_ms":%.4f,"bad_statuses":%d,"errors":%d}\n',
      summary.requests, summary.duration / 1e6, summary.bytes, latency.mean / 1e3, latency:percentile(99) / 1e3,
      statuses, errors.connect + errors.read + errors.write + errors.timeout))
end
