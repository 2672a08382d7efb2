-- Requests of wrk, spread over all people. MODE is one of:
--   empty  an empty Flask JSON route on the same gunicorn
--   cold   the site with its memory of answers switched off: each is computed anew
--   warm   the site as it is: answers are remembered after the first
local mode = os.getenv("MODE")
local people = tonumber(os.getenv("PEOPLE"))
local count = 0

function init(args)
  math.randomseed(os.time())
  count = math.random(people)
end

function request()
  count = count + 1
  if mode == "empty" then
    return wrk.format("GET", "/bench/empty")
  end
  local path = "/api/users/" .. (count % people + 1) .. "/picks"
  if mode == "cold" then
    path = "/cold" .. path
  end
  return wrk.format("GET", path)
end
