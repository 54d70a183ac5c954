-- One request again and again (BENCH_METHOD, BENCH_PATH, BENCH_AUTHORIZATION, BENCH_BODY); an answer
-- is right if it is 200 and holds BENCH_EXPECT.
local env = os.getenv
local threads = {}
local headers = {}
if env("BENCH_AUTHORIZATION") then headers["Authorization"] = env("BENCH_AUTHORIZATION") end
if env("BENCH_BODY") then headers["Content-Type"] = "application/x-www-form-urlencoded" end
local expect = env("BENCH_EXPECT")
local same
right, wrong = 0, 0

function setup(thread) threads[#threads + 1] = thread end
-- wrk knows its Host header only from here on.
function init() same = wrk.format(env("BENCH_METHOD") or "GET", env("BENCH_PATH"), headers, env("BENCH_BODY")) end
function request() return same end
function response(status, _, body)
  if status == 200 and body:find(expect, 1, true) then right = right + 1 else wrong = wrong + 1 end
end

function done(summary, latency)
  local total, bad = 0, 0
  for _, thread in ipairs(threads) do
    total, bad = total + thread:get("right"), bad + thread:get("wrong")
  end
  io.write(("RESULT %.0f %d %d %.0f\n"):format(total / summary.duration * 1e6,
    bad + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
