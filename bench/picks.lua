-- Requests of wrk, spread over all people. MODE is one of:
--   empty  an empty Flask JSON route on the same gunicorn
--   cold   nobody's answer can have been remembered: each request excludes another thing
--   warm   the plain request, whose answers are remembered after the first
local mode = os.getenv("MODE")
local people = tonumber(os.getenv("PEOPLE"))
local count = 0

function init(args)
  math.randomseed(os.time())
  count = math.random(people)
end

function request()
  count = count + 1
  local path = "/bench/empty"
  if mode ~= "empty" then
    path = "/api/users/" .. (count % people + 1) .. "/picks"
  end
  if mode == "cold" then
    path = path .. "?exclude=nothing-" .. count
  end
  return wrk.format("GET", path)
end
