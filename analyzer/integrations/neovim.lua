-- refwarden's language server in Neovim 0.7 and later. In init.lua: dofile("PATH/neovim.lua")
local server = {
  name = "refwarden",
  cmd = { "refwarden", "lsp" },
  filetypes = { "c", "cpp" },
  root_markers = { "refwarden.toml", "pyproject.toml", "setup.py", ".git" },
}

if vim.lsp.config and vim.lsp.enable then -- 0.11
  vim.lsp.config(server.name, server)
  vim.lsp.enable(server.name)
  return
end

-- The folder above the file that holds one of the markers, else the file's own.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local at = folder
  while true do
    for _, marker in ipairs(server.root_markers) do
      if vim.loop.fs_stat(at .. "/" .. marker) then
        return at
      end
    end
    local above = vim.fn.fnamemodify(at, ":h")
    if above == at then
      return folder
    end
    at = above
  end
end

local clients = {} -- by root, for 0.7, which starts a server for every call

local function start(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local config = { name = server.name, cmd = server.cmd, root_dir = root }
  if vim.lsp.start then -- 0.8
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  if not clients[root] then
    config.on_exit = function()
      clients[root] = nil
    end
    clients[root] = vim.lsp.start_client(config)
  end
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = server.filetypes,
  callback = function(event)
    if vim.bo[event.buf].buftype == "" then
      start(event.buf)
    end
  end,
})
