;;; The server in a real Emacs, by eglot.  -*- lexical-binding: t -*-
;; NTROC names the binary, NTRO_PROJECT a folder that may be changed.
;; emacs --batch -l eglot.el

(package-initialize)
(require 'cl-lib)
(require 'eglot)
(require 'flymake)

;; The set-up of docs/editors.md begins here ...
(define-derived-mode ntro-mode prog-mode "ntro"
  (setq-local comment-start "// "))
(add-to-list 'auto-mode-alist '("\\.ntro\\'" . ntro-mode))
(add-to-list 'eglot-server-programs '(ntro-mode . ("ntroc" "lsp")))
;; ... and ends here.
(setf (alist-get 'ntro-mode eglot-server-programs) (list (getenv "NTROC") "lsp"))
(setq eglot-sync-connect 30 eglot-send-changes-idle-time 0 make-backup-files nil create-lockfiles nil
      eglot-confirm-server-initiated-edits nil)

(defvar failed 0)

(defun check (name ok &optional seen)
  (unless ok (cl-incf failed))
  (message "%s  %s%s" (if ok "ok    " "FAILED") name (if (or ok (not seen)) "" (format ": %S" seen))))

(defun until-true (condition)
  (let ((end (+ (float-time) 30)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.02))
    (funcall condition)))

(defun move-to (text &optional further)
  (goto-char (point-min))
  (search-forward text)
  (goto-char (+ (match-beginning 0) (or further 0))))

(defun mistakes ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun session ()
  (let ((default-directory (file-name-as-directory (getenv "NTRO_PROJECT"))))
    (find-file (expand-file-name "document-ingest.ntro"))
    (check "its files have their mode" (eq major-mode 'ntro-mode))
    (apply #'eglot (eglot--guess-contact))
    (check "it starts" (eglot-managed-p))
    (flymake-start)

    (move-to "to_correct(review.value)" 0)
    (delete-char 10)
    (insert "tocorrect")
    (eglot--signal-textDocument/didChange)
    (check "a mistake is shown" (until-true (lambda () (= 1 (length (mistakes))))) (mistakes))
    (check "it says what is meant" (string-match-p "to_correct" (or (car (mistakes)) "")) (mistakes))
    (move-to "tocorrect(review.value)" 0)
    (delete-char 9)
    (insert "to_correct")
    (eglot--signal-textDocument/didChange)
    (check "it goes when it is mended" (until-true (lambda () (null (mistakes)))) (mistakes))

    (move-to "to_correct(review.value)" 2)
    (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
      (check "hover" (string-match-p "do not agree" (format "%S" hover)) hover))
    (xref-find-definitions (xref-backend-identifier-at-point 'eglot))
    (check "go to a definition" (string-match-p "^fn to_correct" (thing-at-point 'line)) (thing-at-point 'line))

    (move-to "submitted.document" 4)
    (let ((offered (all-completions "" (nth 2 (eglot-completion-at-point)))))
      (check "completion" (and (member "submitted" offered) (member "entity" offered)) offered))

    ;; It asks before it changes files that are not open, and nobody is there to answer.
    (save-current-buffer (find-file-noselect (expand-file-name "scenarios.ntro")))
    (move-to "review \"Review")
    (eglot-rename "checked")
    (check "rename" (save-excursion (goto-char (point-min)) (search-forward "approve checked \"Review" nil t)))
    (with-current-buffer (find-file-noselect (expand-file-name "scenarios.ntro"))
      (check "rename in another file" (save-excursion (goto-char (point-min)) (search-forward "checked approve" nil t))))
    (check "nothing is wrong with it" (until-true (lambda () (null (mistakes)))) (mistakes))

    (set-buffer-modified-p nil)
    ;; This `eglot' kills the process right behind its `exit' (`jsonrpc-shutdown', `delete-process'), and then reports its own signal:
    ;; "Server exited with status 9". How the server ends where nobody kills it is tested in `test_clients.py'.
    (eglot-shutdown (eglot-current-server) nil 30)
    (check "it ends when it is told to" (until-true (lambda () (not (eglot-managed-p)))))))

(condition-case what
    (session)
  (error (cl-incf failed) (message "FAILED  %S" what)))
(kill-emacs (if (= 0 failed) 0 1))
