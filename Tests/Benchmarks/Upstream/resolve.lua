-- wrk: resolves a random one of so many models each time (`-- COUNT` on wrk's command line).
local count = 1
function init(arguments)
  count = tonumber(arguments[1])
  math.randomseed(os.time())
end
function request()
  return wrk.format("GET", "/nanda/resolve?agent=bench/model-" .. (1000000 + math.random(0, count - 1)))
end
