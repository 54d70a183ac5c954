-- POST /auth/login with the right password of one person after the other (BENCH_PEOPLE of them), each
-- attempt from an address of its own, so that no limit of an address bites. An answer is right if it
-- is 200 and holds a token.
local env = os.getenv
local threads = {}
local people, password = tonumber(env("BENCH_PEOPLE")), env("BENCH_PASSWORD")
local number = 0
right, wrong = 0, 0

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("part", #threads)
end

function request()
  number = number + 1
  local body = ('{"email": "bench%d@example.com", "password": "%s"}'):format(number % people + 1, password)
  local address = ("10.%d.%d.%d"):format(part, math.floor(number / 250) % 250, number % 250 + 1)
  return wrk.format("POST", "/auth/login", { ["Content-Type"] = "application/json", ["X-Forwarded-For"] = address }, body)
end

function response(status, _, body)
  if status == 200 and body:find('"token"', 1, true) then right = right + 1 else wrong = wrong + 1 end
end

function done(summary, latency)
  local total, bad = 0, 0
  for _, thread in ipairs(threads) do
    total, bad = total + thread:get("right"), bad + thread:get("wrong")
  end
  io.write(("RESULT %.2f %d %d %.0f\n"):format(total / summary.duration * 1e6,
    bad + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
