-- Full sign-ins of a signed-in person: authorize (session cookie), token, userinfo. Each answer
-- queues the next request of its sign-in; whichever connection is free sends it.
local env = os.getenv
local queue, threads = {}, {}
signed_in, wrong = 0, 0

local function form(fields)
  local parts = {}
  for name, value in pairs(fields) do
    parts[#parts + 1] = name .. "=" .. value:gsub("[^%w%-%._~]", function(c) return ("%%%02X"):format(c:byte()) end)
  end
  return table.concat(parts, "&")
end

local client, secret, redirect = env("BENCH_CLIENT_ID"), env("BENCH_CLIENT_SECRET"), env("BENCH_REDIRECT_URI")
local authorize

function setup(thread) threads[#threads + 1] = thread end

-- wrk knows its Host header only from here on.
function init()
  authorize = wrk.format("GET", "/oauth/authorize?" .. form {
    response_type = "code", client_id = client, redirect_uri = redirect, scope = "openid profile email",
    state = "s", nonce = "n" }, { Cookie = env("BENCH_COOKIE") })
end

function request()
  return table.remove(queue) or authorize
end

local function token_request(code)
  return wrk.format("POST", "/oauth/token", { ["Content-Type"] = "application/x-www-form-urlencoded" }, form {
    grant_type = "authorization_code", code = code, redirect_uri = redirect, client_id = client, client_secret = secret })
end

function response(status, headers, body)
  local location = headers["Location"] or headers["location"]
  if status == 303 and location then
    local code = location:match("[?&]code=([^&]+)")
    if code then queue[#queue + 1] = token_request(code) return end
  elseif status == 200 then
    local token = body:match('"access_token":"([^"]+)"')
    if token then
      queue[#queue + 1] = wrk.format("GET", "/oauth/userinfo", { Authorization = "Bearer " .. token })
      return
    elseif body:find('"sub"', 1, true) then
      signed_in = signed_in + 1
      return
    end
  end
  wrong = wrong + 1
end

function done(summary, latency)
  local total, bad = 0, 0
  for _, thread in ipairs(threads) do
    total, bad = total + thread:get("signed_in"), bad + thread:get("wrong")
  end
  io.write(("RESULT %.0f %d %d %.0f\n"):format(total / summary.duration * 1e6,
    bad + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
