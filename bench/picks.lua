-- Requests of wrk: picks spread over all people, with some writes among them.
--   PATH_OF   where the site is mounted ("" or /anew), or a whole address that holds no people
--   PEOPLE    how many there are; they are called 1 to n
--   ITEMS     ids to rate, comma between
--   WRITES    one request in so many rates an item; 0 for none
local mounted = os.getenv("PATH_OF")
local people = tonumber(os.getenv("PEOPLE"))
local every = tonumber(os.getenv("WRITES"))
local items, count = {}, 0
for id in string.gmatch(os.getenv("ITEMS") or "", "[^,]+") do
  items[#items + 1] = id
end
local json = { ["Content-Type"] = "application/json" }
local plain

function init(args)
  math.randomseed(tonumber(os.getenv("SEED")))
  count = math.random(people)
  if people == 0 or string.find(mounted, "/", 2) then
    plain = wrk.format("GET", mounted)
  end
end

function request()
  if plain then
    return plain
  end
  count = count + 1
  local person = mounted .. "/api/users/" .. (count % people + 1)
  if every > 0 and math.random(every) == 1 then
    local path = person .. "/ratings/" .. items[math.random(#items)]
    return wrk.format("PUT", path, json, '{"rating": ' .. math.random(2, 10) / 2 .. "}")
  end
  return wrk.format("GET", person .. "/picks")
end
