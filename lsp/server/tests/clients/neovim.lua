-- The server in a real Neovim, as somebody uses it. NTROC names the binary, NTRO_PROJECT a folder that may be changed. NTRO_SETUP is a
-- file with the set-up of docs/editors.md, for a Neovim that has `vim.lsp.config`; older ones are told by hand.
-- nvim --clean --headless -S neovim.lua
local failed, lines = 0, {}

local function check(name, ok, seen)
  if not ok then failed = failed + 1 end
  table.insert(lines, (ok and 'ok      ' or 'FAILED  ') .. name .. ((ok or seen == nil) and '' or (': ' .. vim.inspect(seen))))
end

local function until_true(condition)
  return vim.wait(30000, condition, 10)
end

local function move_to(text, further)
  vim.fn.cursor(1, 1)
  vim.fn.search('\\V' .. text, 'cW')
  local at = vim.fn.getpos('.')
  vim.fn.cursor(at[2], at[3] + (further or 0))
end

local function session()
  local project = vim.env.NTRO_PROJECT
  local id
  if vim.env.NTRO_SETUP then dofile(vim.env.NTRO_SETUP) end
  vim.cmd('edit ' .. vim.fn.fnameescape(project .. '/document-ingest.ntro'))
  local buffer = vim.api.nvim_get_current_buf()
  if vim.env.NTRO_SETUP then
    check('its files have their type', vim.bo.filetype == 'ntro', vim.bo.filetype)
    check('comments are known', vim.bo.commentstring == '// %s', vim.bo.commentstring)
    until_true(function() return vim.lsp.get_clients({ bufnr = buffer, name = 'ntro' })[1] ~= nil end)
    local client = vim.lsp.get_clients({ bufnr = buffer, name = 'ntro' })[1]
    id = client.id
    check('the folder of the project is found', client.root_dir == project, client.root_dir)
  else
    id = vim.lsp.start_client({ name = 'ntro', cmd = { vim.env.NTROC, 'lsp' }, root_dir = project })
    vim.lsp.buf_attach_client(buffer, id)
  end
  check('it starts', until_true(function()
    local client = vim.lsp.get_client_by_id(id)
    return client ~= nil and client.initialized
  end))
  local function here()
    return vim.lsp.util.make_position_params(0, vim.lsp.get_client_by_id(id).offset_encoding)
  end
  local function request(method, params)
    local answers = vim.lsp.buf_request_sync(buffer, method, params, 30000)
    return answers and answers[id] and answers[id].result
  end

  move_to('to_correct(review.value)', 0)
  vim.cmd('normal! cwtocorrect')
  check('a mistake is shown', until_true(function() return #vim.diagnostic.get(buffer) == 1 end), vim.diagnostic.get(buffer))
  local mistake = vim.diagnostic.get(buffer)[1] or {}
  check('it says what is meant', (mistake.message or ''):find('to_correct', 1, true) ~= nil, mistake)
  vim.cmd('undo')
  check('it goes when it is mended', until_true(function() return #vim.diagnostic.get(buffer) == 0 end), vim.diagnostic.get(buffer))

  move_to('to_correct(review.value)', 2)
  local hover = request('textDocument/hover', here())
  check('hover', hover and hover.contents.value:find('do not agree', 1, true) ~= nil, hover)
  vim.lsp.buf.definition()
  check('go to a definition', until_true(function()
    return vim.api.nvim_get_current_line():find('^fn to_correct') ~= nil
  end), vim.api.nvim_get_current_line())

  move_to('submitted.document', 4)
  local offered = request('textDocument/completion', here())
  local labels = {}
  for _, item in ipairs((offered or {}).items or {}) do labels[item.label] = true end
  check('completion', labels.submitted and labels.entity, labels)

  move_to('review "Review', 0)
  vim.lsp.buf.rename('checked')
  check('rename', until_true(function() return vim.fn.search('approve checked "Review', 'nw') > 0 end))
  check('rename in another file', until_true(function()
    local other = vim.fn.bufnr(project .. '/scenarios.ntro')
    if other < 0 then return false end
    local text = table.concat(vim.api.nvim_buf_get_lines(other, 0, -1, false), '\n')
    return text:find('checked approve', 1, true) ~= nil and text:find('review approve', 1, true) == nil
  end))
  check('nothing is wrong with it', until_true(function() return #vim.diagnostic.get(buffer) == 0 end), vim.diagnostic.get(buffer))

  vim.lsp.stop_client(id)
  check('it ends when it is told to', until_true(function() return vim.lsp.client_is_stopped(id) end))
end

local fine, error = xpcall(session, debug.traceback)
if not fine then
  failed = failed + 1
  table.insert(lines, error)
end
io.stdout:write(table.concat(lines, '\n') .. '\n')
vim.cmd(failed == 0 and 'qall!' or 'cquit!')
